internal import SinterModel
internal import SinterStorage

/// Writes one segment out of runs and segments, term by term.
final class TextSegmentMerger {
  /// Something to merge and, where not all of its documents go on, which.
  struct Input {
    var source: any TextTermSource
    /// By document; empty for all.
    var leavesOut: [Bool] = []
  }

  private enum Stage {
    case elements, lengths(Int), terms, dictionary, offsets, footer, done
  }

  private let inputs: [Input]
  private let fieldCount: Int
  private var stage = Stage.elements
  private(set) var output = TextOutput()
  /// By input and document, the document's new number; `UInt32.max` for one left out.
  private var numbers: [[UInt32]] = []
  /// By input, the first and the last of its numbers; nil where all is left out.
  private var spans: [ClosedRange<UInt32>?] = []
  private var elements: [UInt32] = []
  /// By field, then new document.
  private var lengths: [[UInt16]]
  private var totals: [TextFieldTotals]
  private var encoder = PostingsEncoder()
  private var dictionary = TextDictionaryEncoder()
  private var termCount = 0
  // Starts of the sections.
  private var lengthsOffset = 0
  private var postingsOffset = 0
  private var dictionaryOffset = 0
  private var offsetsOffset = 0

  init(_ inputs: [Input], fieldCount: Int) {
    self.inputs = inputs
    self.fieldCount = fieldCount
    lengths = Array(repeating: [], count: fieldCount)
    totals = Array(repeating: TextFieldTotals(), count: fieldCount)
  }

  /// All bytes of the segment.
  func bytes(_ control: BuildControl) throws(SinterError) -> [UInt8] {
    var steps = 0
    do {
      while try step() {
        steps += 1
        if steps & 255 == 0 { try control.check() }
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("StorageError.Damaged", "A full-text segment to merge is damaged: drop the index and create it again.")
    }
    return output.bytes
  }

  /// Writes the next piece; false at the end.
  private func step() throws -> Bool {
    switch stage {
    case .elements:
      number()
      output.append(elements)
      output.align(to: TextLayout.sectionAlignmentBytes)
      lengthsOffset = output.offset
      stage = fieldCount > 0 ? .lengths(0) : .terms
    case .lengths(let field):
      output.append(lengths[field])
      output.align(to: TextLayout.sectionAlignmentBytes)
      postingsOffset = output.offset
      stage = field + 1 < fieldCount ? .lengths(field + 1) : .terms
      if field + 1 == fieldCount { for input in inputs { input.source.rewind() } }
    case .terms:
      if try !term() {
        dictionary.closeBlock()
        output.align(to: TextLayout.sectionAlignmentBytes)
        dictionaryOffset = output.offset
        stage = .dictionary
      }
    case .dictionary:
      dictionary.write(into: &output)
      output.align(to: TextLayout.sectionAlignmentBytes)
      offsetsOffset = output.offset
      stage = .offsets
    case .offsets:
      for offset in dictionary.offsets { output.append(UInt64(offset)) }
      output.align(to: TextLayout.sectionAlignmentBytes)
      stage = .footer
    case .footer:
      writeFooter()
      stage = .done
    case .done: return false
    }
    return true
  }

  /// Puts the documents of all inputs in order of their elements.
  private func number() {
    var all: [(element: UInt32, input: Int, document: Int)] = []
    for (index, input) in inputs.enumerated() {
      for document in 0..<input.source.documentCount where input.leavesOut.isEmpty || !input.leavesOut[document] {
        all.append((input.source.element(document), index, document))
      }
    }
    var isSorted = true
    for index in all.indices.dropFirst() where all[index].element < all[index - 1].element {
      isSorted = false
      break
    }
    if !isSorted { all.sort { $0.element < $1.element } }
    numbers = inputs.map { Array(repeating: UInt32.max, count: $0.source.documentCount) }
    elements.reserveCapacity(all.count)
    for field in 0..<fieldCount { lengths[field].reserveCapacity(all.count) }
    for (number, entry) in all.enumerated() {
      numbers[entry.input][entry.document] = UInt32(number)
      elements.append(entry.element)
      for field in 0..<fieldCount {
        let length = inputs[entry.input].source.length(entry.document, field: field)
        lengths[field].append(length)
        totals[field].documents += length > 0 ? 1 : 0
        totals[field].length += Int(length)
      }
    }
    findSpans()
  }

  private func findSpans() {
    spans = numbers.map { numbers in
      guard let first = numbers.first(where: { $0 != .max }), let last = numbers.last(where: { $0 != .max }) else { return nil }
      return first...last
    }
  }

  /// Writes the list of the smallest term; false when there is none.
  private func term() throws -> Bool {
    var smallest: [UInt8]?
    var holders: [Int] = []
    for (index, input) in inputs.enumerated() {
      guard let key = input.source.key else { continue }
      if let known = smallest, known == key {
        holders.append(index)
      } else if smallest.map({ key.lexicographicallyPrecedes($0) }) ?? true {
        smallest = key
        holders = [index]
      }
    }
    guard let key = smallest, let fieldByte = key.first, Int(fieldByte) < fieldCount else {
      if smallest != nil { throw DecodeFailure() }
      for input in inputs { try input.source.finish() }
      return false
    }
    let lengths = lengths[Int(fieldByte)]
    if holders.count == 1 || areInOrder(holders) {
      for holder in holders {
        let numbers = numbers[holder]
        try inputs[holder].source.takePostings { document, frequency, positions in
          let number = numbers[document]
          guard number != .max else { return }
          encoder.add(number, frequency: frequency, length: lengths[Int(number)], positions: positions)
        }
      }
    } else {
      try mergePostings(holders, lengths)
    }
    guard encoder.documentCount > 0 else { return true }
    let documents = encoder.documentCount
    let list = encoder.finish(into: &output)
    dictionary.add(key, documents: documents, blocks: list.blocks, offset: list.offset)
    termCount += 1
    return true
  }

  /// Whether each input's documents all go behind those of the one before.
  private func areInOrder(_ holders: [Int]) -> Bool {
    var last: UInt32?
    for holder in holders {
      guard let span = spans[holder] else { continue }
      if let last, span.lowerBound < last { return false }
      last = span.upperBound
    }
    return true
  }

  private func mergePostings(_ holders: [Int], _ lengths: [UInt16]) throws {
    var entries: [(number: UInt32, frequency: Int, positions: Range<Int>)] = []
    var bytes: [UInt8] = []
    for holder in holders {
      let numbers = numbers[holder]
      try inputs[holder].source.takePostings { document, frequency, positions in
        let number = numbers[document]
        guard number != .max else { return }
        entries.append((number, frequency, bytes.count..<bytes.count + positions.count))
        bytes.append(contentsOf: positions)
      }
    }
    entries.sort { $0.number < $1.number }
    bytes.withUnsafeBytes { bytes in
      for entry in entries {
        encoder.add(
          entry.number, frequency: entry.frequency, length: lengths[Int(entry.number)],
          positions: UnsafeRawBufferPointer(rebasing: bytes[entry.positions]))
      }
    }
  }

  private func writeFooter() {
    let start = output.offset
    output.append(TextLayout.magic)
    for number in [
      elements.count, fieldCount, termCount, dictionary.offsets.count, lengthsOffset, postingsOffset, dictionaryOffset, offsetsOffset,
    ] {
      output.append(UInt64(number))
    }
    for field in totals {
      output.append(UInt64(field.documents))
      output.append(UInt64(field.length))
    }
    while output.offset < start + TextLayout.footerBytes { output.append(UInt8(0)) }
  }
}

/// The dictionary of a segment: kept in memory until the lists are written.
struct TextDictionaryEncoder {
  private var block = ByteWriter()
  private var inBlock = 0
  private var previous: [UInt8] = []
  private var blocks: [UInt8] = []
  private var sizes: [Int] = []
  /// Where the blocks lie; known after ``write(into:)``.
  private(set) var offsets: [Int] = []

  mutating func add(_ key: [UInt8], documents: Int, blocks: Int, offset: Int) {
    var shared = 0
    if inBlock > 0 { while shared < min(key.count, previous.count), key[shared] == previous[shared] { shared += 1 } }
    block.appendVarint(shared)
    block.appendVarint(key.count - shared)
    block.bytes.append(contentsOf: key[shared...])
    block.appendVarint(documents)
    block.appendVarint(blocks)
    block.appendVarint(offset / TextLayout.skipBytes)
    previous = key
    inBlock += 1
    if inBlock == TextLayout.dictionaryBlockTerms { closeBlock() }
  }

  mutating func closeBlock() {
    guard inBlock > 0 else { return }
    // The number of terms is in front.
    blocks.append(UInt8(inBlock))
    blocks.append(contentsOf: block.bytes)
    sizes.append(block.bytes.count + 1)
    block.bytes.removeAll(keepingCapacity: true)
    inBlock = 0
  }

  mutating func write(into output: inout TextOutput) {
    var at = 0
    for size in sizes {
      output.keepTogether(size)
      offsets.append(output.offset)
      output.append(blocks[at..<at + size])
      at += size
    }
    blocks = []
  }
}
