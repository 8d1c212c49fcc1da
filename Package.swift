// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The CPU that the kernels are compiled for: x86-64-v3 (AVX2 and FMA) unless MICROFOLD_ARCH says otherwise.
// `MICROFOLD_ARCH=x86-64-v4 swift build -c release` makes AVX-512 kernels; `native` is this very machine;
// the bits of every result are the same for all of them. On arm64 the baseline already has what is needed.
#if arch(x86_64)
let architecture = ProcessInfo.processInfo.environment["MICROFOLD_ARCH"] ?? "x86-64-v3"
#else
let architecture = ProcessInfo.processInfo.environment["MICROFOLD_ARCH"] ?? ""
#endif

let kernels: [SwiftSetting] =
  (architecture.isEmpty ? [] : [.unsafeFlags(["-Xcc", "-march=\(architecture)"])])
  + (architecture == "x86-64-v4" ? [.define("WIDE_VECTORS")] : [])
  + [.unsafeFlags(["-enforce-exclusivity=unchecked"])]

let package = Package(
  name: "MicroFold",
  products: [.executable(name: "microfold", targets: ["Coordinator"])],
  targets: [
    .systemLibrary(
      name: "MPIShim", path: "Sources/MPIShim", pkgConfig: "ompi-c",
      providers: [.apt(["libopenmpi-dev", "openmpi-bin"]), .brew(["open-mpi"])]),
    .target(name: "Core", swiftSettings: kernels),
    .target(name: "Worker", dependencies: ["Core", "MPIShim"], swiftSettings: kernels),
    .executableTarget(name: "Coordinator", dependencies: ["Core", "Worker"]),
    .testTarget(name: "CoreTests", dependencies: ["Core"]),
    .testTarget(name: "WorkerTests", dependencies: ["Core", "Worker"]),
    .testTarget(name: "CoordinatorTests", dependencies: ["Core", "Worker", "Coordinator"]),
  ],
  swiftLanguageModes: [.v6]
)
