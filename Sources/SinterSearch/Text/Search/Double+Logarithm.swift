#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

extension Double {
  /// The natural logarithm.
  static func log(_ value: Double) -> Double {
    #if canImport(Glibc)
    Glibc.log(value)
    #elseif canImport(Musl)
    Musl.log(value)
    #else
    Darwin.log(value)
    #endif
  }
}
