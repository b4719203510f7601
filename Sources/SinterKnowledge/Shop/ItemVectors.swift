internal import CSinterKernels
internal import SinterLearn
internal import SinterModel
internal import Synchronization

/// The items' embeddings of one model, side by side: which rows they are, and in a large shop the vectors rounded to
/// bytes, so that all are compared at the speed of memory and only the nearest are measured exactly.
final class ItemVectors: Sendable {
  /// The items with a row, by item number, and their rows.
  private let numbers: [UInt32]
  private let rows: [UInt32]
  /// A byte per number: 255 · (x − low) / (high − low). nil where every item is measured exactly.
  private let bytes: FixedArray<UInt8>?
  private let low: Float
  private let steps: Float
  private let itemCount: Int
  private let model: ModelHeader

  /// Up to so many items are all measured exactly.
  static let exactLimit = 4_096

  struct Found {
    var item: UInt32
    var row: UInt32
    var distance: Float
  }

  private init(_ model: ModelView, _ index: ShopIndex) {
    self.model = model.header
    itemCount = index.items.count
    var numbers: [UInt32] = []
    var rows: [UInt32] = []
    var row = 0
    for item in 0..<index.items.count {
      let node = index.items.base[item]
      while row < model.nodes.count, model.nodes[row] < node { row += 1 }
      guard row < model.nodes.count else { break }
      if model.nodes[row] == node {
        numbers.append(UInt32(item))
        rows.append(UInt32(row))
      }
    }
    self.numbers = numbers
    self.rows = rows
    guard rows.count > Self.exactLimit, model.transE.model == .transe else {
      (bytes, low, steps) = (nil, 0, 0)
      return
    }
    let dimension = model.header.dimension
    let entities = model.transE.entities
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for row in rows {
      let vector = entities.row(Int(row))
      for k in 0..<dimension where vector[k].isFinite { (least, greatest) = (min(least, vector[k]), max(greatest, vector[k])) }
    }
    low = least.isFinite ? least : 0
    steps = greatest > least ? 255 / (greatest - least) : 0
    let bytes = FixedArray<UInt8>(repeating: 0, count: rows.count * dimension)
    for (position, row) in rows.enumerated() {
      Self.round(entities.row(Int(row)), into: bytes.base + position * dimension, dimension, low: low, steps: steps)
    }
    self.bytes = bytes
  }

  private static func round(
    _ vector: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>, _ dimension: Int, low: Float, steps: Float
  ) {
    // What is no number counts as the lowest; its true distance is taken later.
    for k in 0..<dimension { bytes[k] = UInt8(max(0, min(255, ((vector[k] - low) * steps).rounded()))) }
  }

  /// The items nearest to a point, in no order; all of them in a small shop.
  /// - Parameter count: how many of the nearest by rounded vectors are measured, about.
  func nearest(to query: [Float], _ view: TransEView, count: Int) -> (items: [Found], isWhole: Bool) {
    // Rounded vectors are compared by distance; inner products and rotations are measured one by one.
    guard let bytes, count < rows.count, view.model == .transe else {
      return (rows.indices.map { measured($0, query, view) }, true)
    }
    let dimension = query.count
    var rounded = [UInt8](repeating: 0, count: dimension)
    query.withUnsafeBufferPointer { query in
      guard let query = query.baseAddress else { return }
      Self.round(query, into: &rounded, dimension, low: low, steps: steps)
    }
    let orders = FixedArray<UInt32>(repeating: 0, count: rows.count)
    switch view.norm {
    case .l1: sinter_bytes_l1_rows(rounded, bytes.base, rows.count, dimension, orders.base)
    case .l2, .squaredL2: sinter_bytes_l2_rows(rounded, bytes.base, rows.count, dimension, orders.base)
    }
    let bound = Self.bound(orders, count)
    var items: [Found] = []
    items.reserveCapacity(count + count / 8)
    for position in 0..<rows.count where orders.base[position] <= bound { items.append(measured(position, query, view)) }
    return (items, false)
  }

  private func measured(_ position: Int, _ query: [Float], _ view: TransEView) -> Found {
    Found(item: numbers[position], row: rows[position], distance: view.distance(from: query, to: rows[position]))
  }

  /// A value that about `count` of the orders, and no fewer, do not exceed: by counting in 4,096 steps.
  private static func bound(_ orders: FixedArray<UInt32>, _ count: Int) -> UInt32 {
    var greatest: UInt32 = 0
    var least = UInt32.max
    for position in 0..<orders.count {
      greatest = max(greatest, orders.base[position])
      least = min(least, orders.base[position])
    }
    var shift: UInt32 = 0
    while (greatest - least) >> shift >= 4_096 { shift += 1 }
    let counts = FixedArray<UInt32>(repeating: 0, count: 4_096)
    for position in 0..<orders.count { counts.base[Int((orders.base[position] - least) >> shift)] += 1 }
    var sum = 0
    for bucket in 0..<4_096 {
      sum += Int(counts.base[bucket])
      if sum >= count { return least + (UInt32(bucket + 1) << shift) - 1 }
    }
    return greatest
  }

  // MARK: Keeping them

  /// The vectors of a model for an index's items, made when first asked for and kept with what the index is based on.
  static func of(_ model: ModelView, _ index: ShopIndex) -> ItemVectors {
    if let kept = index.base.vectors.find(where: { $0.fits(model, index) }) { return kept }
    let new = ItemVectors(model, index)
    index.base.vectors.keep(new)
    return new
  }

  /// Items that came later do no harm while the model does not know them either.
  private func fits(_ model: ModelView, _ index: ShopIndex) -> Bool {
    guard self.model == model.header, itemCount <= index.items.count else { return false }
    return itemCount == index.items.count || (model.nodes.last ?? 0) < index.items.base[itemCount]
  }
}

/// The latest few item vectors made.
final class ItemVectorCache: Sendable {
  private let kept = Mutex<[ItemVectors]>([])
  private static let limit = 3

  func find(where fits: (ItemVectors) -> Bool) -> ItemVectors? { kept.withLock { $0.first(where: fits) } }

  func keep(_ vectors: ItemVectors) {
    kept.withLock { kept in
      if kept.count >= Self.limit { kept.removeFirst() }
      kept.append(vectors)
    }
  }
}
