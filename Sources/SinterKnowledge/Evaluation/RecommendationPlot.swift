/// The curves of recall and NDCG over the length of the list, as a picture.
package enum RecommendationPlot {
  private static let colours = ["#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97"]
  private static let (width, height, margin) = (360.0, 260.0, 44.0)

  /// A standalone SVG document.
  package static func svg(_ report: RecommendationReport) -> String {
    var body = panel("Recall@k", report.curves.map { ($0.name, $0.recall) }, left: 0)
    body += panel("NDCG@k", report.curves.map { ($0.name, $0.ndcg) }, left: width + margin)
    for (position, curve) in report.curves.enumerated() {
      let y = height + 2 * margin + 18 * Double(position)
      body += "<line x1=\"\(margin)\" y1=\"\(y - 4)\" x2=\"\(margin + 20)\" y2=\"\(y - 4)\" stroke=\"\(colour(position))\" stroke-width=\"2\"/>\n"
      body += text(escaped(curve.name), margin + 26, y)
    }
    let (totalWidth, totalHeight) = (2 * width + 3 * margin, height + 2 * margin + 18 * Double(report.curves.count))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(totalWidth)" height="\(totalHeight)" font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(body)</svg>

      """
  }

  private static func panel(_ title: String, _ curves: [(name: String, values: [Double])], left: Double) -> String {
    let highest = max(curves.flatMap(\.values).max() ?? 0, 1e-9)
    let count = curves.map(\.values.count).max() ?? 0
    func x(_ k: Int) -> Double { left + margin + (count > 1 ? width * Double(k) / Double(count - 1) : width / 2) }
    func y(_ value: Double) -> Double { margin + height * (1 - value / highest) }
    var svg = text(title, left + margin, margin - 14)
    svg += "<path d=\"M\(left + margin) \(margin)V\(margin + height)H\(left + margin + width)\" fill=\"none\" stroke=\"#444\"/>\n"
    for step in 1...4 {
      let value = highest * Double(step) / 4
      svg += "<line x1=\"\(left + margin)\" y1=\"\(y(value))\" x2=\"\(left + margin + width)\" y2=\"\(y(value))\" stroke=\"#ddd\"/>\n"
      svg += text(RecommendationReport.fixed(value), left + 4, y(value) + 4)
    }
    svg += text("k = 1", left + margin, margin + height + 16) + text("\(count)", left + margin + width - 14, margin + height + 16)
    for (position, curve) in curves.enumerated() {
      let points = curve.values.enumerated().map { "\(x($0)),\(y($1))" }.joined(separator: " ")
      svg += "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour(position))\" stroke-width=\"2\"/>\n"
    }
    return svg
  }

  private static func colour(_ position: Int) -> String { colours[position % colours.count] }

  private static func text(_ text: String, _ x: Double, _ y: Double) -> String { "<text x=\"\(x)\" y=\"\(y)\">\(text)</text>\n" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }
}
