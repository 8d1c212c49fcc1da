import Foundation
import Testing

@testable import Core

/// A file with this header and `data` bytes of zeros after it.
private func fileBytes(header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text
    + [UInt8](repeating: 0, count: data)
}

/// A header's member for one number in single precision.
private func single(_ name: String, _ start: Int, _ end: Int) -> String {
  #""\#(name)":{"dtype":"F32","shape":[1],"data_offsets":[\#(start),\#(end)]}"#
}

@Suite struct SafeTensorsTests {
  @Test func whatWasWrittenIsReadBack() throws {
    let scratch = try Scratch()
    let path = scratch("t.safetensors")
    try SafeTensors.write(
      [
        .init("pixels", shape: [3], bytes: [1, 2, 255]), .init("b", shape: [2, 2], floats: [1, -2.5, .pi, .infinity]),
        .init("a", shape: [], integers: [-7]), .init("none", shape: [0, 4], floats: []),
      ], metadata: ["z": "1 \"quoted\" \\ \n ü", "a": ""], to: path)
    let file = try SafeTensors(opening: path)
    #expect(file.metadata == ["z": "1 \"quoted\" \\ \n ü", "a": ""])
    #expect(Set(file.names) == ["a", "b", "none", "pixels"])
    #expect(try file.floats("b") == [1, -2.5, .pi, .infinity])
    #expect(try file.integers("a") == [-7])
    #expect(try file.entry("a").shape == [])
    #expect(try file.floats("none") == [])
    #expect(try file.withBytes("pixels") { Array($0) } == [1, 2, 255])
    #expect(throws: Fault(at: path, "has no tensor `c`")) { try file.floats("c") }
    #expect(throws: Fault.self) { try file.floats("a") }
    #expect(throws: Fault.self) { try file.integers("b") }
    // The header is padded to 8 bytes, so the I64 tensor that stands first is aligned.
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(bytes[0] % 8 == 0)
  }

  /// Written by the Python package (safetensors.torch.save_file), a tensor of each element type.
  static let writtenByPython = """
    SAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJ4IjoieSJ9LCJpIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMCwx
    Nl19LCJzIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJkIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUi
    OlsxLDFdLCJkYXRhX29mZnNldHMiOlsyNCwzMl19LCJhIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMzIsNDBd
    fSwiZSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwyXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDBdfSwiaTMyIjp7ImR0eXBlIjoiSTMyIiwic2hh
    cGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDhdfSwiYmYiOnsiZHR5cGUiOiJCRjE2Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNDgs
    NTBdfSwiaCI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzUwLDUyXX0sInUiOnsiZHR5cGUiOiJVOCIsInNoYXBl
    IjpbMV0sImRhdGFfb2Zmc2V0cyI6WzUyLDUzXX0sImJvIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzUzLDU1
    XX19IAEAAAAAAAAA/v////////8EAAAAAAAAAAAAAAAAAPQ/AADAPwAAAMAFAAAA+v///0BAADjIAQA=
    """

  @Test func whatThePythonPackageWroteIsRead() throws {
    let scratch = try Scratch()
    let data = try #require(Data(base64Encoded: SafeTensorsTests.writtenByPython, options: .ignoreUnknownCharacters))
    let file = try SafeTensors(opening: scratch.file("python", data))
    #expect(file.metadata == ["x": "y"])
    #expect(try file.floats("a") == [1.5, -2])
    #expect(try file.floats("d") == [1.25] && file.entry("d").shape == [1, 1])
    #expect(try file.floats("h") == [0.5])
    #expect(try file.floats("bf") == [3])
    #expect(try file.floats("e") == [] && file.entry("e").shape == [0, 2])
    #expect(try file.integers("i") == [1, -2])
    #expect(try file.integers("i32") == [5, -6])
    #expect(try file.integers("u") == [200])
    #expect(try file.integers("bo") == [1, 0])
    #expect(try file.integers("s") == [4] && file.entry("s").shape == [])
  }

  @Test func theBytesOfASmallFileAreThese() throws {
    let scratch = try Scratch()
    let path = scratch("t.safetensors")
    try SafeTensors.write([.init("x", shape: [1], floats: [1])], metadata: ["k": "v"], to: path)
    // 79 characters and a space.
    let header = #"{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"# + " "
    #expect(header.utf8.count % 8 == 0)
    let expected = Array(fileBytes(header: header)) + [0, 0, 0x80, 0x3F]
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == expected)
  }

  @Test func aStreamedFileIsTheSameAsOneWrittenAtOnce() throws {
    let scratch = try Scratch()
    let stream = try SafeTensorsStream(at: scratch("s"))
    for (name, bytes) in [("q", [UInt8](0..<10)), ("p", [9, 8])] {
      try bytes.withUnsafeBytes { try stream.append(name, .uint8, shape: [bytes.count], bytes: $0) }
    }
    try stream.commit(metadata: ["m": "n"])
    try SafeTensors.write(
      [.init("q", shape: [10], bytes: Array(0..<10)), .init("p", shape: [2], bytes: [9, 8])], metadata: ["m": "n"],
      to: scratch("w"))
    #expect(try SHA256.hex(ofFile: scratch("s")) == SHA256.hex(ofFile: scratch("w")))
  }

  @Test func wrongTensorsAreNotWritten() throws {
    let scratch = try Scratch()
    for tensors: [SafeTensors.Content] in [
      [.init("a", shape: [3], floats: [1, 2])], [.init("", shape: [0], floats: [])],
      [.init("__metadata__", shape: [0], floats: [])],
      [.init("a", shape: [1], floats: [1]), .init("a", shape: [1], integers: [1])],
      [.init("a", shape: [-1, -1], floats: [1])],
    ] {
      #expect(throws: Fault.self) { try SafeTensors.write(tensors, to: scratch("t")) }
    }
    #expect(scratch.names.isEmpty)
  }

  /// Each hostile header, its data bytes, and what the fault must say.
  static let hostile: [(header: String, data: Int, says: String)] = [
    ("", 0, "header as JSON, line 1, column "),
    ("[]", 0, "not a JSON object"),
    ("{", 0, "header as JSON, line 1, column "),
    ("{} x", 0, "header as JSON, line 1, column "),
    (String(repeating: "[", count: 100_000), 0, "Too many nested"),
    ("{}", 1, "belong to no tensor"),
    (#"{"a":1}"#, 0, "`a`"),
    (#"{"__metadata__":{"a":1}}"#, 0, "metadata `a`"),
    (#"{"__metadata__":[]}"#, 0, "`__metadata__`"),
    ("{\(single("a", 0, 4)),\(single("a", 4, 8))}", 8, "two tensors have the name `a`; rename one"),
    (
      "{\(single("e\u{301}:", 0, 4)),\(single("\u{e9}:", 4, 8))}", 8,
      "two tensors have the name `\u{e9}:`, written in two Unicode forms; rename one"
    ),
    (
      "{\(single(#"\"a"#, 0, 4)),\(single("b", 4, 8)),\(single(#"\"a"#, 8, 12))}", 12, #"the name `"a`; rename one"#
    ),
    (#"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown element type"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "no `dtype`"),
    (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "no `shape`"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "too large"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}"#, 4, "too large"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "needs 8"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "data_offsets"),
    (#"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 4, "truncated"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "truncated"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "gap of 4"),
    ("{\(single("a", 0, 4)),\(single("b", 2, 6))}", 6, "overlap"),
    ("{\(single("a", 0, 4)),\(single("b", 0, 4))}", 4, "overlap"),
    ("{\"a\u{1}\":1}", 0, "control character"),
    (#"{"\ud800":1}"#, 0, "header as JSON, line 1, column "),
  ]

  @Test(arguments: hostile.indices) func aHostileHeaderIsOneClearFault(_ index: Int) throws {
    let (header, data, says) = SafeTensorsTests.hostile[index]
    let scratch = try Scratch()
    let path = try scratch.file("h", fileBytes(header: header, data: data))
    let fault = #expect(throws: Fault.self) { try SafeTensors(opening: path) }
    #expect(fault?.location.hasPrefix(path) == true)
    #expect(fault?.description.contains(says) == true, "\(String(describing: fault))")
  }

  @Test func everyTruncationOfAFileIsRefused() throws {
    let scratch = try Scratch()
    try SafeTensors.write(
      [.init("a", shape: [2], floats: [1, 2]), .init("b", shape: [1], integers: [3])], to: scratch("t"))
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: scratch("t"))))
    for length in 0..<bytes.count {
      let path = try scratch.file("cut", Array(bytes[..<length]))
      #expect(throws: Fault.self) { try SafeTensors(opening: path) }
    }
  }

  @Test func aHugeHeaderLengthIsRefused() throws {
    let scratch = try Scratch()
    for length in [UInt64.max, UInt64(Int.max), 1 << 40, 100] {
      let path = try scratch.file("h", fileBytes(header: "{}", length: length))
      #expect(throws: Fault.self) { try SafeTensors(opening: path) }
    }
  }

  @Test func everyFlippedByteOfAHeaderIsReadOrRefusedButNeverTraps() throws {
    let scratch = try Scratch()
    try SafeTensors.write([.init("a", shape: [2, 1], floats: [1, 2])], metadata: ["m": "é"], to: scratch("t"))
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: scratch("t"))))
    for position in 0..<bytes.count {
      for flip: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        var damaged = bytes
        damaged[position] ^= flip
        let path = try scratch.file("d", damaged)
        do {
          let file = try SafeTensors(opening: path)
          for entry in file.entries { _ = try? file.floats(entry.name) }
        } catch is Fault {}
      }
    }
  }

  @Test func halfPrecisionIsWidenedExactly() {
    // IEEE 754 binary16: 1, -2, largest 65504, smallest subnormal 2^-24, smallest normal 2^-14, infinity.
    let known: [(UInt16, Float)] = [
      (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24), (0x0400, 0x1p-14), (0x7C00, .infinity),
    ]
    for (bits, value) in known { #expect(singlePrecision(half: bits) == value) }
    #expect(singlePrecision(half: 0x7E00).isNaN)
  }
}
