import SinterKernels
package import SinterModel
import SinterStorage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How vectors are kept and compared under one similarity.
///
/// A vector is kept in a form that makes comparing cheap: of unit length for cosine, as it is otherwise. Two kept vectors
/// have a *key*, greater for nearer ones: the inner product, or for L2 the squared distance negated.
struct VectorSpace: Sendable {
  let dimension: Int
  let similarity: VectorSimilarity

  init(_ options: VectorOptions) {
    dimension = options.dimension
    similarity = options.similarity
  }

  /// Brings a vector into the form it is kept in.
  /// - Returns: false for one that cannot be compared: not finite, too long, or for cosine of length 0.
  func prepare(_ vector: UnsafeMutablePointer<Float>) -> Bool {
    var squares = 0.0
    for i in 0..<dimension { squares += Double(vector[i]) * Double(vector[i]) }
    guard squares.isFinite, squares < 1e36 else { return false }
    guard similarity == .cosine else { return true }
    guard squares > 0 else { return false }
    let scale = 1 / squares.squareRoot()
    for i in 0..<dimension { vector[i] = Float(Double(vector[i]) * scale) }
    return true
  }

  /// A query in the form that vectors are kept in.
  /// - Throws: `ArgumentError.VectorDimension`, `ArgumentError.InvalidVector`.
  func prepared(_ query: [Float], index: String) throws(SinterError) -> [Float] {
    guard query.count == dimension else {
      throw SinterError(
        "ArgumentError.VectorDimension",
        "The query vector has \(query.count) dimensions, and the index `\(index)` has vectors of \(dimension).")
    }
    guard query.allSatisfy(\.isFinite) else {
      throw SinterError("ArgumentError.InvalidVector", "The query vector has a component that is NaN, infinite or too large for 32 bits.")
    }
    var query = query
    let isGood = query.withUnsafeMutableBufferPointer { prepare($0.baseAddress!) }
    guard isGood else {
      throw SinterError(
        "ArgumentError.InvalidVector",
        query.allSatisfy { $0 == 0 }
          ? "The query vector is zero, which has no direction to compare by cosine." : "The query vector is too long.")
    }
    return query
  }

  /// The key of two kept vectors.
  @inline(__always)
  func key(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    similarity == .euclidean ? -Kernels.l2Squared(a, b, dimension) : Kernels.dot(a, b, dimension)
  }

  func keys(_ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>) {
    if similarity == .euclidean {
      Kernels.l2Squared(query, rows: rows, count: count, dimension, into: out)
      for i in 0..<count { out[i] = -out[i] }
    } else {
      Kernels.dot(query, rows: rows, count: count, dimension, into: out)
    }
  }

  /// A key at or below all those whose score is at least this.
  func key(ofScore score: Double) -> Float {
    let key: Double
    switch similarity {
    case .cosine: key = 2 * score - 1
    case .euclidean: key = score > 0 ? 1 - 1 / score : -.infinity
    case .dot: key = score
    }
    return Float(key - abs(key) * 1e-6 - 1e-6)
  }

  /// What a key says to users.
  func score(_ key: Float) -> Double {
    switch similarity {
    case .cosine: min(max((1 + Double(key)) / 2, 0), 1)
    case .euclidean: 1 / (1 - Double(key))
    case .dot: Double(key)
    }
  }
}

/// Reads the vectors of elements from their property.
struct VectorReader {
  private let column: PropertyColumn?
  let space: VectorSpace

  init(_ elements: IndexedElements, _ space: VectorSpace) {
    column = elements.columns.first ?? nil
    self.space = space
  }

  /// Reads an element's vector in the form it is kept in.
  /// - Returns: false where it has none that fits the index.
  func read(_ id: UInt32, into row: UnsafeMutablePointer<Float>) throws(SinterError) -> Bool {
    guard let column else { return false }
    guard try column.copyFloats(of: id, count: space.dimension, to: row) else { return false }
    return space.prepare(row)
  }
}
