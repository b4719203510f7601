import SinterKernels
package import SinterModel

/// Centres of clusters by Lloyd's algorithm on a sample, with the nearest centre found through quantised centres.
struct Clustering {
  let dimension: Int
  let format: CodeFormat
  /// One row a centre.
  private(set) var centers: [Float]
  private(set) var table: CodeTable
  var count: Int { centers.count / dimension }

  private static let rounds = 8

  /// - Parameters:
  ///   - rows: `count` rows of the sample.
  ///   - clusters: wanted; there are no more than rows.
  init(
    _ rows: UnsafePointer<Float>, count: Int, dimension: Int, clusters: Int, _ control: BuildControl
  ) throws(SinterError) {
    self.dimension = dimension
    format = CodeFormat(dimension: dimension)
    let clusters = max(1, min(clusters, count))
    centers = []
    centers.reserveCapacity(clusters * dimension)
    var random = SearchRandom(seed: 0x51_7E5)
    // A stratified choice: each centre begins at a row of its own part.
    for cluster in 0..<clusters {
      let first = cluster * count / clusters
      let end = max(first + 1, (cluster + 1) * count / clusters)
      let row = first + Int(random.next() % UInt64(end - first))
      centers.append(contentsOf: UnsafeBufferPointer(start: rows + row * dimension, count: dimension))
    }
    table = CodeTable(format, count: clusters)
    fillTable()
    for round in 0..<Self.rounds {
      try control.check()
      let nearest = assign(rows, count: count, control)
      move(rows, nearest, &random, isLast: round == Self.rounds - 1)
      fillTable()
    }
  }

  private mutating func fillTable() {
    let made = CodeTable(format, count: count)
    centers.withUnsafeBufferPointer { centers in
      for cluster in 0..<count {
        let center = centers.baseAddress! + cluster * dimension
        made.set(cluster, center, offset: -Kernels.dot(center, center, dimension) / 2)
      }
    }
    table = made
  }

  /// The nearest centre of each row.
  func assign(_ rows: UnsafePointer<Float>, count: Int, _ control: BuildControl) -> [UInt32] {
    var nearest = [UInt32](repeating: 0, count: count)
    let threads = max(1, min(control.threads, count / 1024))
    nearest.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer.baseAddress
      BackgroundThread.run(threads) { thread in
        guard let out else { return }
        var query = CodeQuery(format)
        for row in thread * count / threads..<(thread + 1) * count / threads {
          if row % 4096 == 0, control.isCancelled() { return }
          query.set(rows + row * dimension, dimension)
          out[row] = UInt32(table.best(query))
        }
      }
    }
    return nearest
  }

  /// Puts each centre in the middle of its rows; one without rows takes a row of the largest cluster.
  private mutating func move(
    _ rows: UnsafePointer<Float>, _ nearest: [UInt32], _ random: inout SearchRandom, isLast: Bool
  ) {
    var sizes = [Int](repeating: 0, count: count)
    var sums = [Float](repeating: 0, count: centers.count)
    sums.withUnsafeMutableBufferPointer { sums in
      for (row, cluster) in nearest.enumerated() {
        sizes[Int(cluster)] += 1
        Kernels.axpy(1, rows + row * dimension, sums.baseAddress! + Int(cluster) * dimension, dimension)
      }
    }
    for cluster in 0..<count where sizes[cluster] > 0 {
      let inverse = 1 / Float(sizes[cluster])
      for i in cluster * dimension..<(cluster + 1) * dimension { centers[i] = sums[i] * inverse }
    }
    guard !isLast else { return }
    // A member of a large cluster chosen at random is one of its members in proportion to its size.
    for cluster in 0..<count where sizes[cluster] == 0 {
      for _ in 0..<16 {
        let row = Int(random.next() % UInt64(nearest.count))
        guard sizes[Int(nearest[row])] > 1 else { continue }
        for i in 0..<dimension { centers[cluster * dimension + i] = rows[row * dimension + i] }
        break
      }
    }
  }
}

/// SplitMix64: numbers that look random and are the same in every build.
struct SearchRandom {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
