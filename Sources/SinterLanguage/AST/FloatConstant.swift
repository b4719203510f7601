/// The float that a name stands for where no variable has it: `INF`, `INFINITY` and `NaN`, in any case.
package func floatConstant(named name: String) -> Double? {
  guard name.utf8.count == 3 || name.utf8.count == 8 else { return nil }
  switch name.uppercased() {
  case "INF", "INFINITY": return .infinity
  case "NAN": return .nan
  default: return nil
  }
}
