// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let collections = Target.Dependency.product(name: "HashTreeCollections", package: "swift-collections")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A Swift target of ours: every one is compiled under the same settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

let package = Package(
  name: "Sinter",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Sinter", targets: ["Sinter"]),
    .executable(name: "sinter", targets: ["SinterCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // System libraries and C kernels.
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .systemLibrary(name: "CEditLine", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(name: "CSinterKernels"),
    .target(name: "CSinterText"),

    // The engine, lowest layer first: a target imports only what stands above it.
    module("SinterModel"),
    module("SinterKernels", ["CSinterKernels"]),
    module("SinterLanguage", ["SinterModel"]),
    module("SinterAnalysis", ["SinterModel"]),
    module("SinterFunctions", ["SinterModel", "SinterAnalysis"]),
    module("SinterStorage", ["SinterModel", "CLMDB", "CXXHash", collections]),
    module("SinterSearch", ["CSinterKernels", "SinterModel", "SinterKernels", "SinterAnalysis", "SinterStorage"]),
    module("SinterPlan", ["SinterModel", "SinterLanguage", "SinterFunctions"]),
    module("SinterExecute", ["CSinterKernels", "SinterModel", "SinterLanguage", "SinterFunctions", "SinterPlan", "SinterStorage", "SinterSearch", "SinterAnalysis"]),
    module("SinterLearn", ["CSinterKernels", "SinterModel", "SinterKernels", "SinterStorage"]),
    module("SinterKnowledge", ["CSinterKernels", "SinterModel", "SinterKernels", "SinterStorage", "SinterLearn", "SinterExecute"]),
    module("SinterLoad", ["SinterModel", "SinterStorage", "CSinterText", "CXXHash", "CZlib", "CZstd", yams]),

    // What users touch.
    module("Sinter", [
      "SinterModel", "SinterLanguage", "SinterStorage", "SinterSearch", "SinterPlan", "SinterExecute", "SinterLearn",
      "SinterKnowledge", "SinterLoad",
    ]),
    .executableTarget(
      name: "SinterCommand",
      dependencies: [
        "Sinter", "SinterModel", "SinterLanguage", "SinterExecute", "SinterLearn", "SinterKnowledge", "SinterLoad", "SinterStorage",
        "CEditLine", argumentParser,
      ],
      swiftSettings: settings),

    // Tests.
    .target(name: "TestSupport", dependencies: ["SinterModel"], path: "Tests/TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "sinter-crash-helper", dependencies: ["SinterModel", "SinterStorage", "TestSupport"], path: "Tests/CrashHelper",
      swiftSettings: settings),
    tests("SinterModelTests", ["SinterModel"]),
    tests("SinterFunctionsTests", ["SinterFunctions", "SinterModel"]),
    tests("SinterAnalysisTests", ["SinterAnalysis", "SinterModel"]),
    tests("SinterLanguageTests", ["SinterLanguage", "SinterModel"]),
    tests("SinterPlanTests", ["SinterModel", "SinterLanguage", "SinterPlan"]),
    tests("SinterExecuteTests", ["Sinter", "SinterModel", "SinterPlan", "SinterStorage", "SinterExecute"]),
    tests("SinterTests", ["Sinter", "SinterModel"]),
    tests("SinterCommandTests", ["SinterCommand", "Sinter", "SinterModel", "SinterExecute"]),
    tests("SinterLearnTests", ["SinterModel", "SinterKernels", "SinterLearn"]),
    tests("SinterSearchTests", ["CSinterKernels", "Sinter", "SinterAnalysis", "SinterModel", "SinterSearch", "SinterStorage"]),
    tests("SinterStorageTests", ["SinterModel", "SinterStorage", "sinter-crash-helper"]),
    .executableTarget(
      name: "sinter-load-helper", dependencies: ["SinterModel", "SinterLoad"], path: "Tests/LoadHelper", swiftSettings: settings),
    tests("SinterFaultTests", ["Sinter", "SinterModel", "SinterStorage", "SinterCommand", "sinter-crash-helper"]),
    .target(
      name: "SinterFuzz", dependencies: ["Sinter", "SinterCommand", "SinterExecute", "SinterLanguage", "SinterModel", "SinterStorage", "TestSupport"],
      path: "Tests/Fuzz/Harness", swiftSettings: settings),
    tests("SinterFuzzTests", ["SinterFuzz", "SinterCommand"]),
    tests("SinterLoadTests", ["SinterModel", "SinterStorage", "SinterLoad", "sinter-load-helper"]),
    tests("SinterKnowledgeTests", ["SinterModel", "SinterStorage", "SinterLearn", "SinterExecute", "SinterKnowledge"]),
  ],
  swiftLanguageModes: [.v6]
)
