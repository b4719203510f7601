/// A training's loss and validation MRR over its epochs, drawn.
package struct LearningCurve: Sendable {
  private struct Series {
    let name: String
    let points: [(x: Double, y: Double)]
  }

  private let series: [Series]
  private let lastEpoch: Int

  /// Series without a finite point are left out.
  package init(_ history: [EpochMetrics]) {
    lastEpoch = history.last?.epoch ?? 0
    func points(_ value: (EpochMetrics) -> Double?) -> [(x: Double, y: Double)] {
      history.compactMap { epoch in
        guard let y = value(epoch), y.isFinite else { return nil }
        return (Double(epoch.epoch), y)
      }
    }
    series = [
      Series(name: "loss", points: points { $0.loss }), Series(name: "validation MRR", points: points { $0.validationMRR }),
    ].filter { !$0.points.isEmpty }
  }

  /// Plots for a terminal, one below the other, `width` characters wide with the axis.
  package func text(width: Int = 72, height: Int = 8) -> String {
    var lines: [String] = []
    let columns = max(10, width - 9)
    for series in series {
      let (low, high) = range(series)
      var grid = [[Character]](repeating: Array(repeating: " ", count: columns), count: max(2, height))
      for point in series.points {
        let x = lastEpoch <= 1 ? 0 : Int((point.x - 1) / Double(lastEpoch - 1) * Double(columns - 1))
        let y = Int(((point.y - low) / (high - low) * Double(grid.count - 1)).rounded())
        grid[grid.count - 1 - min(grid.count - 1, max(0, y))][min(columns - 1, max(0, x))] = "•"
      }
      lines.append(series.name)
      for (i, row) in grid.enumerated() {
        let label = i == 0 ? fixed(high, 4) : i == grid.count - 1 ? fixed(low, 4) : ""
        lines.append(padded(label, 7) + " │" + trimmed(String(row)))
      }
      lines.append(padded("1", 9) + String(repeating: "─", count: max(1, columns - 2)) + " \(lastEpoch)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One SVG picture with a panel for each series.
  package func svg() -> String {
    let (width, panel, left, right, top, bottom) = (720.0, 260.0, 70.0, 20.0, 36.0, 40.0)
    let height = panel * Double(max(1, series.count))
    var svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(width))\" height=\"\(number(height))\" "
      + "viewBox=\"0 0 \(number(width)) \(number(height))\" font-family=\"sans-serif\" font-size=\"12\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    for (i, series) in series.enumerated() {
      let (low, high) = range(series)
      let base = Double(i) * panel
      func x(_ epoch: Double) -> Double {
        left + (lastEpoch <= 1 ? 0 : (epoch - 1) / Double(lastEpoch - 1)) * (width - left - right)
      }
      func y(_ value: Double) -> Double { base + top + (high - value) / (high - low) * (panel - top - bottom) }
      svg += "<text x=\"\(number(left))\" y=\"\(number(base + 22))\" font-weight=\"bold\">\(series.name)</text>\n"
      for step in 0...4 {
        let value = low + (high - low) * Double(step) / 4
        svg +=
          "<line x1=\"\(number(left))\" x2=\"\(number(width - right))\" y1=\"\(number(y(value)))\" y2=\"\(number(y(value)))\" "
          + "stroke=\"#ddd\"/>\n<text x=\"\(number(left - 8))\" y=\"\(number(y(value) + 4))\" text-anchor=\"end\">"
          + "\(fixed(value, 4))</text>\n"
      }
      for epoch in Set([1, max(1, lastEpoch / 2), max(1, lastEpoch)]).sorted() {
        svg +=
          "<text x=\"\(number(x(Double(epoch))))\" y=\"\(number(base + panel - 18))\" text-anchor=\"middle\">"
          + "epoch \(epoch)</text>\n"
      }
      let points = series.points.map { "\(number(x($0.x))),\(number(y($0.y)))" }.joined(separator: " ")
      svg += "<polyline points=\"\(points)\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"2\"/>\n"
    }
    return svg + "</svg>\n"
  }

  private func range(_ series: Series) -> (low: Double, high: Double) {
    let low = series.points.map(\.y).min() ?? 0
    let high = series.points.map(\.y).max() ?? 1
    return high > low ? (low, high) : (low - 0.5, high + 0.5)
  }

  private func number(_ value: Double) -> String { fixed(value, 1) }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
  let units = Int((abs(value) * scale).rounded())
  let digits = String(units % Int(scale))
  return (value < 0 && units > 0 ? "-" : "") + "\(units / Int(scale))"
    + (decimals > 0 ? "." + String(repeating: "0", count: decimals - digits.count) + digits : "")
}
