// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The CPU that the kernels are compiled for: x86-64-v3 (AVX2 and FMA) unless MICROFOLD_ARCH says otherwise.
// `MICROFOLD_ARCH=x86-64-v4 swift build -c release` makes AVX-512 kernels; the bits of every result are the same. On
// arm64 the baseline already has what is needed.
#if arch(x86_64)
  let architecture = ProcessInfo.processInfo.environment["MICROFOLD_ARCH"] ?? "x86-64-v3"
#else
  let architecture = ProcessInfo.processInfo.environment["MICROFOLD_ARCH"] ?? ""
#endif

// What the program looks for at its start; and whether kernels work in AVX-512's wide vectors.
let defines: [SwiftSetting] =
  (architecture == "x86-64-v3" ? [.define("NEEDS_AVX2")] : [])
  + (architecture == "x86-64-v4" ? [.define("NEEDS_AVX512"), .define("WIDE_VECTORS")] : [])
let kernels: [SwiftSetting] =
  defines + (architecture.isEmpty ? [] : [.unsafeFlags(["-Xcc", "-march=\(architecture)"])])
  + [.unsafeFlags(["-enforce-exclusivity=unchecked"])]

// Where the program finds an Open MPI outside the system's folders; scripts/environment sets it. The package manager
// drops pkg-config's -Wl,-rpath.
let mpiLibraries: [LinkerSetting] =
  ProcessInfo.processInfo.environment["MICROFOLD_MPI_LIBRARIES"]
  .map { [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", $0])] } ?? []

// `MICROFOLD_TESTS=Core` leaves out the tests of the other targets, which take minutes to compile.
let hasAllTests = ProcessInfo.processInfo.environment["MICROFOLD_TESTS"] != "Core"
let otherTests: [Target] = [
  .target(name: "Ranks", dependencies: ["Worker"], path: "Tests/Ranks"),
  .testTarget(name: "WorkerTests", dependencies: ["Core", "Worker", "Fuzz", "Ranks"]),
  .testTarget(name: "CoordinatorTests", dependencies: ["Core", "Worker", "Coordinator", "Fuzz", "Ranks"]),
]

let package = Package(
  name: "MicroFold",
  products: [.executable(name: "microfold", targets: ["Coordinator"])],
  targets: [
    .systemLibrary(
      name: "MPIShim", path: "Sources/MPIShim", pkgConfig: "ompi-c",
      providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
    .target(name: "Core", swiftSettings: kernels),
    .target(name: "Worker", dependencies: ["Core", "MPIShim"], swiftSettings: kernels, linkerSettings: mpiLibraries),
    .executableTarget(name: "Coordinator", dependencies: ["Core", "Worker"], swiftSettings: defines),
    .target(name: "Fuzz", dependencies: ["Core"], path: "Tests/Fuzz"),
    .testTarget(name: "CoreTests", dependencies: ["Core", "Fuzz"]),
  ] + (hasAllTests ? otherTests : []),
  swiftLanguageModes: [.v6]
)
