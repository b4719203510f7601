#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func natural(_ x: Double) -> Double { log(x) }
