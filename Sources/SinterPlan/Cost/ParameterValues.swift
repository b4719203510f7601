package import SinterModel

/// The values of parameters that a plan is made for, and what was taken for granted because of them.
///
/// Used by one planner on one thread.
final class ParameterValues {
  let values: [String: Value]
  private(set) var assumptions: [ParameterAssumption] = []

  init(_ values: [String: Value]) { self.values = values }

  /// Asked for with every statement, so there are not many.
  private static let limit = 8

  func note(_ assumption: ParameterAssumption) {
    guard assumptions.count < ParameterValues.limit,
      !assumptions.contains(where: { $0.parameter == assumption.parameter && $0.rows == assumption.rows })
    else { return }
    assumptions.append(assumption)
  }
}

/// A number of rows that a plan counts on because of a parameter's value.
package struct ParameterAssumption: Sendable {
  let parameter: String
  let rows: Double
  let estimate: @Sendable (Value) -> Double

  init(parameter: String, rows: Double, estimate: @escaping @Sendable (Value) -> Double) {
    self.parameter = parameter
    self.rows = rows
    self.estimate = estimate
  }

  /// Below this, one plan is as good as another.
  private static let fewRows = 32.0

  /// Whether another value of the parameter is of about the same number of rows.
  func holds(_ value: Value) -> Bool {
    let (planned, now) = (max(rows, ParameterAssumption.fewRows), max(estimate(value), ParameterAssumption.fewRows))
    return now < 8 * planned && planned < 8 * now
  }
}

extension [ParameterAssumption] {
  /// Whether a plan that counts on them is one for such parameters.
  /// - Complexity: O(assumptions), most often none
  package func hold(for parameters: [String: Value]) -> Bool {
    isEmpty || allSatisfy { assumption in parameters[assumption.parameter].map(assumption.holds) ?? true }
  }
}
