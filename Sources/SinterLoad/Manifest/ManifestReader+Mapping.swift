import SinterModel
import Yams

extension ManifestReader {
  func readNode(_ node: ManifestNode) throws(SinterError) -> NodePlan {
    let object = try node.object(
      "a node mapping", keys: ["label", "labels", "space", "id", "key", "type", "properties", "split", "when", "duplicates"])
    guard (object["label"] == nil) != (object["labels"] == nil) else {
      throw node.failure("a node mapping needs either `label` or `labels`")
    }
    let labels = try object.required(object["label"] != nil ? "label" : "labels").texts("`labels`")
    guard let first = labels.first, labels.allSatisfy({ !$0.isEmpty }) else { throw node.failure("a label cannot be empty") }
    var plan = NodePlan(
      labels: labels, space: try object.text("space") ?? first, id: try readTemplate(object.required("id")), key: "id",
      mark: node.place)
    if let key = object["key"] { plan.key = key.isNull ? nil : try key.text("`key`") }
    switch try object.text("type") {
    case nil, "string": break
    case "integer": plan.isIntegerID = true
    case let other?: throw (object["type"] ?? node).failure("an id's `type` is `string` or `integer`, not `\(other)`")
    }
    plan.split = try object["split"].map { n throws(SinterError) in try readSplit(n) }
    try checkPiece(plan.id, hasSplit: plan.split != nil, node)
    plan.properties = try readProperties(object["properties"], hasSplit: plan.split != nil)
    if let key = plan.key, let twice = plan.properties.first(where: { $0.name == key }) {
      throw LoadFailure.manifest(
        "\(twice.mark): the property `\(key)` already holds the id; give it another name, or the id another `key`")
    }
    plan.condition = try object["when"].map { n throws(SinterError) in try readFilter(n) }
    if let duplicates = object["duplicates"] { plan.duplicates = try duplicates.choice("`duplicates`", NodeDuplicates.self) }
    return plan
  }

  func readRelationship(_ node: ManifestNode) throws(SinterError) -> RelationshipPlan {
    let object = try node.object(
      "a relationship mapping",
      keys: ["type", "from", "to", "missing", "properties", "duplicates", "count", "split", "when"])
    let split = try object["split"].map { n throws(SinterError) in try readSplit(n) }
    var plan = RelationshipPlan(
      type: try readTemplate(object.required("type")), from: try readEnd(object.required("from"), "`from`"),
      to: try readEnd(object.required("to"), "`to`"), mark: node.place)
    guard plan.type.constant != "" else { throw node.failure("a relationship's type cannot be empty") }
    for template in [plan.type, plan.from.id, plan.to.id] { try checkPiece(template, hasSplit: split != nil, node) }
    plan.split = split
    if let missing = object["missing"] { plan.missing = try missing.choice("`missing`", MissingNode.self) }
    plan.properties = try readProperties(object["properties"], hasSplit: split != nil)
    if let duplicates = object["duplicates"] {
      plan.duplicates = try duplicates.choice("`duplicates`", RelationshipDuplicates.self)
    }
    if let count = object["count"] {
      guard plan.duplicates != .keep else { throw count.failure("`count` needs `duplicates: count`, `first` or `last`") }
      plan.countKey = try count.text("`count`")
    } else if plan.duplicates == .count {
      plan.countKey = "count"
    }
    if let key = plan.countKey, plan.properties.contains(where: { $0.name == key }) {
      throw node.failure("the property `\(key)` is both mapped and the count; name the count otherwise: `count: …`")
    }
    plan.condition = try object["when"].map { n throws(SinterError) in try readFilter(n) }
    return plan
  }

  private func readEnd(_ node: ManifestNode, _ what: String) throws(SinterError) -> EndPlan {
    let object = try node.object(what, keys: ["label", "space", "id"])
    let label = try object.text("label")
    guard let space = try object.text("space") ?? label else { throw node.failure("\(what) needs the key `label`") }
    return EndPlan(label: label, space: space, id: try readTemplate(object.required("id")))
  }

  private func readTemplate(_ node: ManifestNode) throws(SinterError) -> Template {
    let text = try node.text("a template")
    do throws(TemplateError) { return try Template.parse(text) } catch { throw node.failure(error.message) }
  }

  private func checkPiece(_ template: Template, hasSplit: Bool, _ node: ManifestNode) throws(SinterError) {
    if template.parts.contains(.piece), !hasSplit { throw node.failure("`{piece}` needs a `split`") }
  }

  private func readSplit(_ node: ManifestNode) throws(SinterError) -> SplitPlan {
    let object = try node.object("`split`", keys: ["column", "separator"])
    let separator = Array((try object.text("separator") ?? ";").utf8)
    guard !separator.isEmpty else { throw node.failure("`separator` cannot be empty") }
    return SplitPlan(column: try object.required("column").text("`column`"), separator: separator)
  }

  private func readProperties(_ node: ManifestNode?, hasSplit: Bool) throws(SinterError) -> [PropertyPlan] {
    guard let node else { return [] }
    var plans: [PropertyPlan] = []
    for (key, value) in try node.pairs("`properties`") {
      let name = try key.text("a property's name")
      guard !name.isEmpty else { throw key.failure("a property's name cannot be empty") }
      plans.append(try readProperty(name, value, hasSplit: hasSplit))
    }
    return plans
  }

  private func readProperty(_ name: String, _ node: ManifestNode, hasSplit: Bool) throws(SinterError) -> PropertyPlan {
    if case .scalar = node.node {
      return PropertyPlan(name: name, source: .column(try node.text("a column")), mark: node.place)
    }
    let object = try node.object("a property", keys: ["column", "value", "template", "type", "separator", "format"])
    let sources = ["column", "value", "template"].filter { object[$0] != nil }
    guard sources.count == 1 else { throw node.failure("a property needs one of `column`, `value` and `template`") }
    let source: PropertyPlan.Source
    switch sources[0] {
    case "column": source = .column(try object.required("column").text("`column`"))
    case "template":
      let template = try readTemplate(object.required("template"))
      try checkPiece(template, hasSplit: hasSplit, node)
      source = .template(template)
    default: source = .value(try readConstant(object.required("value")))
    }
    var plan = PropertyPlan(name: name, source: source, mark: node.place)
    if let type = object["type"] {
      let text = try type.text("`type`")
      guard let known = ValueType(name: text) else {
        throw type.failure(
          "there is no type `\(text)`.\(suggestion(for: text, in: ValueType.scalarNames)) Lists are written `list<string>`")
      }
      plan.type = known
    }
    if let separator = try object.text("separator") {
      guard !separator.isEmpty else { throw node.failure("`separator` cannot be empty") }
      plan.separator = Array(separator.utf8)
    }
    if let format = object["format"] {
      guard plan.type.isTemporal, plan.type != .duration else {
        throw format.failure("`format` is for dates and times, not for `\(plan.type.name)`")
      }
      let text = try format.text("`format`")
      do throws(TemplateError) { plan.format = try TemporalFormat.parse(text) } catch { throw format.failure(error.message) }
    }
    return plan
  }

  /// A YAML scalar or list as the value it looks like.
  private func readConstant(_ node: ManifestNode) throws(SinterError) -> Value {
    if case .sequence = node.node {
      var values: [Value] = []
      for item in try node.list("`value`") { values.append(try readConstant(item)) }
      return .list(values)
    }
    let text = try node.text("`value`")
    if node.isNull { throw node.failure("a constant cannot be null; leave the property out") }
    if let value = node.node.int { return .integer(Int64(value)) }
    if let value = node.node.float { return .float(value) }
    if let value = node.node.bool { return .boolean(value) }
    return .string(text)
  }
}
