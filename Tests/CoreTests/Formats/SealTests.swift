import Foundation
import Testing

@testable import Core

@Suite struct SealTests {
  /// From python-xxhash 3: `xxhash.xxh64(bytes((i * 7 + 3) % 256 for i in range(n)))`.
  static let references: [(count: Int, sum: UInt64)] = [
    (0, 0xef46_db37_51d8_e999), (1, 0x1f25_c8d0_bc1f_4bb6), (3, 0x31d2_363f_52e5_64c9), (4, 0x9bb6_4b7d_66ee_9fda),
    (7, 0x9a7b_1499_59ce_60d8), (8, 0xdab9_9d95_c6f9_0092), (31, 0xa2aa_5f33_cc4a_6119),
    (32, 0x23c3_c17e_f790_fd97), (33, 0x50a7_cfc7_ba58_8784), (63, 0x5e3e_54b4_31c7_493c),
    (64, 0x0eb6_4b3e_f6ee_b01f), (100, 0xa61f_8d4c_170f_e531), (1000, 0x5f23_5fa0_33f1_a3fb),
  ]

  @Test func checksumsAreXXH64s() {
    for (count, sum) in Self.references {
      let bytes = (0..<count).map { UInt8(($0 * 7 + 3) % 256) }
      // Whole, and in pieces of every small size.
      for piece in [max(1, count), 1, 5, 31, 32, 33, 64] {
        var checksum = XXH64()
        for start in stride(from: 0, to: count, by: piece) {
          bytes[start..<min(count, start + piece)].withUnsafeBytes { checksum.update($0) }
        }
        #expect(checksum.value == sum, "\(count) bytes in pieces of \(piece)")
      }
    }
  }

  @Test func aSealedFileIsASafetensorsFileAndDamageShows() throws {
    let scratch = try Scratch()
    let path = scratch("file.safetensors")
    let tensor = Tensor([2, 2], [1, 2, 3, 4])
    let contents = [
      SafeTensors.Content("b", shape: [3], bytes: [1, 2, 3]), SafeTensors.Content("a", frozen: tensor),
      SafeTensors.Content("c", shape: [1], integers: [5]),
    ]
    try SafeTensors.writeSealed(contents, metadata: ["word": "x"], to: path)
    let file = try SafeTensors(opening: path)
    try file.requireSeal()
    #expect(file.names == ["c", "a", "b", "checksum"] && file.metadata == ["word": "x"])
    #expect(try file.floats("a") == [1, 2, 3, 4])

    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for position in whole.indices {
      var bytes = whole
      bytes[position] ^= 0x10
      try scratch.file("file.safetensors", bytes)
      #expect(throws: Fault.self, "byte \(position)") { try SafeTensors(opening: path).requireSeal() }
    }
    try SafeTensors.write(contents, to: path)
    #expect(throws: Fault.self) { try SafeTensors(opening: path).requireSeal() }
  }

  @Test func onlyTemporaryNamesAreLeftovers() {
    #expect(AtomicFile.finalName(ofTemporary: ".a.json.12-0.partial") == "a.json")
    #expect(AtomicFile.finalName(ofTemporary: ".ledger.12-0.partial") == "ledger")
    for name in ["a.json", ".a.json", ".a.json.partial", "a.json.12-0.partial", ".a.12-.partial", ".12-0.partial", ""] {
      #expect(AtomicFile.finalName(ofTemporary: name) == nil, "\(name)")
    }
  }
}
