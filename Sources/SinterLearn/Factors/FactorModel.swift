internal import SinterKernels
package import SinterModel

/// A trained model of behaviour.
package struct FactorModel: Sendable {
  package enum Content: Sendable {
    case items(ItemModel)
    case factors(ItemFactors)
  }

  package var options: FactorOptions
  /// Node ids of the items by row, ascending.
  package var nodes: [UInt32]
  /// Targets are rows of ``nodes``.
  package var content: Content

  /// Trains on behaviour whose item numbers are positions in `nodes`.
  /// - Throws: `LearnError.NoTriples` where nobody has anything; `LearnError.Diverged`, `.Cancelled`.
  package static func train(
    _ behaviour: Behaviour, nodes: [UInt32], _ options: FactorOptions, isCancelled: () -> Bool = { false }
  ) throws(SinterError) -> FactorModel {
    guard !behaviour.items.isEmpty else {
      throw SinterError("LearnError.NoTriples", "There is nothing to learn from: nobody has any item.")
    }
    let threads = options.threadCount
    let content: Content
    switch options.kind {
    case .ease:
      content = .items(
        try EASE.train(
          behaviour, regularisation: options.regularisation, neighbours: options.neighbours, denseLimit: options.denseLimit,
          threads: threads, isCancelled: isCancelled))
    case .sequence:
      content = .items(
        ItemSequence.train(
          behaviour, window: options.window, decay: options.decay, shrinkage: options.shrinkage,
          neighbours: options.neighbours, threads: threads))
    case .als: content = .factors(try ImplicitALS.train(behaviour, options, isCancelled: isCancelled).factors)
    case .bpr: content = .factors(try BPR.train(behaviour, options, isCancelled: isCancelled).factors)
    }
    return FactorModel(options: options, nodes: nodes, content: content)
  }

  /// The row of a node, or nil where it was not there when the model was trained.
  /// - Complexity: O(log items)
  package func row(of node: UInt32) -> Int? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle] < node { low = middle + 1 } else { high = middle }
    }
    return low < nodes.count && nodes[low] == node ? low : nil
  }
}

/// Vectors of items from which a user is made at the time of asking, from what they had.
package struct ItemFactors: Sendable, Equatable {
  package var dimension: Int
  /// Rows of items: what an item is worth to a taste.
  package var items: [Float]
  /// Rows of items: what having an item says of a taste. Empty where ``items`` serve for both.
  package var tastes: [Float] = []
  /// What an item is worth to everyone; empty for nothing.
  package var biases: [Float] = []
  /// Σ row·rowᵀ of ``items``, dimension × dimension.
  package let gram: [Float]

  package init(dimension: Int, items: [Float], tastes: [Float] = [], biases: [Float] = []) {
    self.dimension = dimension
    self.items = items
    self.tastes = tastes
    self.biases = biases
    var sums = [Float](repeating: 0, count: dimension * dimension)
    sums.withUnsafeMutableBufferPointer { sums in
      items.withUnsafeBufferPointer { items in
        guard let out = sums.baseAddress, let base = items.baseAddress else { return }
        for row in 0..<items.count / max(1, dimension) {
          let vector = base + row * dimension
          for a in 0..<dimension { Kernels.axpy(vector[a], vector, out + a * dimension, dimension) }
        }
      }
    }
    gram = sums
  }

  package var rowCount: Int { dimension > 0 ? items.count / dimension : 0 }

  /// The product of every row of ``items`` with a vector, in double precision.
  /// - Precondition: `vector` has ``dimension`` numbers.
  package func products(with vector: [Double]) -> [Double] {
    vector.withUnsafeBufferPointer { vector in
      items.withUnsafeBufferPointer { items in
        (0..<rowCount).map { row in
          var sum = 0.0
          let start = row * dimension
          for c in 0..<dimension { sum += vector[c] * Double(items[start + c]) }
          return sum
        }
      }
    }
  }
}
