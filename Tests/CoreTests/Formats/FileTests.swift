import Foundation
import Testing

@testable import Core

@Suite struct FileTests {
  @Test func digestsOfTheStandardsExamples() {
    // FIPS 180-4 examples and the NIST vectors for short and long messages.
    #expect(SHA256.hex(of: "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hex(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex(of: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256.hex(of: [UInt8](repeating: 0x61, count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aDigestDoesNotDependOnThePieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 300] {
      let message = Array(bytes.prefix(length))
      let whole = SHA256.hex(of: message)
      for cut in 0...length {
        var digest = SHA256()
        digest.update(Array(message[..<cut]))
        digest.update(Array(message[cut...]))
        #expect(digest.hex == whole)
      }
    }
  }

  @Test func anEmptyFileIsMappedAndAMissingOneIsAFault() throws {
    let scratch = try Scratch()
    #expect(try MappedFile(scratch.file("empty", text: "")).bytes.isEmpty)
    #expect(throws: Fault(at: scratch("none"), "cannot be read: No such file or directory")) {
      try MappedFile(scratch("none"))
    }
    // Only a relative path depends on where the program was started.
    let here = FileManager.default.currentDirectoryPath
    #expect(throws: Fault(at: "none.bin", "cannot be read: No such file or directory; looked in \(here)")) {
      try MappedFile("none.bin")
    }
    #expect(throws: Fault(at: scratch.path, "is not a regular file")) { try MappedFile(scratch.path) }
  }

  @Test func anAtomicFileAppearsOnlyWhenCommitted() throws {
    let scratch = try Scratch()
    try AtomicFile.write("old", to: scratch("f"))
    do {
      let file = try AtomicFile(at: scratch("f"))
      try file.append("new")
      #expect(try String(contentsOfFile: scratch("f"), encoding: .utf8) == "old")
      #expect(scratch.names.count == 2)
    }
    #expect(scratch.names == ["f"])
    let file = try AtomicFile(at: scratch("f"))
    try file.append("ne")
    try file.append("w")
    try file.commit()
    #expect(try String(contentsOfFile: scratch("f"), encoding: .utf8) == "new")
    #expect(scratch.names == ["f"])
  }

  @Test func whatAKilledWriterLeftGoesAndALivingOnesStays() throws {
    let scratch = try Scratch()
    let living = try AtomicFile(at: scratch("f"), isLocked: true)
    try living.append("new")
    let mine = (living.temporaryPath as NSString).lastPathComponent
    let others = [".f.1-0.partial.x", ".f.1.partial", ".g.1-0.partial", "f.1-0.partial", ".f.1-0.partial"]
    for name in [".f.99999-0.partial"] + others.dropLast() { try scratch.file(name, text: "half") }
    // A link is not a temporary file, whatever its target.
    symlink(scratch(".g.1-0.partial"), scratch(".f.1-0.partial"))
    #expect(AtomicFile.removeAbandoned(for: scratch("f")) == [".f.99999-0.partial"])
    #expect(scratch.names.sorted() == (others + [mine]).sorted())
    try living.commit()
    #expect(try String(contentsOfFile: scratch("f"), encoding: .utf8) == "new")
    let next = try AtomicFile(at: scratch("f"), isLocked: true)
    #expect(AtomicFile.removeAbandoned(for: scratch("f")).isEmpty)
    next.discard()
  }

  @Test func anUnwritablePlaceIsNamed() throws {
    let scratch = try Scratch()
    #expect(throws: Fault(at: scratch("no/f"), "cannot be written: No such file or directory")) {
      try AtomicFile.write("x", to: scratch("no/f"))
    }
    // A directory cannot be replaced by a file; nothing is left behind.
    #expect(throws: Fault(at: scratch.path, "cannot be replaced: Is a directory")) {
      try AtomicFile.write("x", to: scratch.path)
    }
    #expect(throws: Fault.self) { try AtomicFile.write("x", to: scratch.path + "/") }
    #expect(scratch.names.isEmpty)
  }

  @Test func linesThatWereAppendedAreReadInOrder() throws {
    let scratch = try Scratch()
    #expect(try JSONLines.read([String: Int].self, from: scratch("l")).isEmpty)
    for value in 0..<3 { try JSONLines.append(["b": value, "a": 1], to: scratch("l")) }
    let text = (0..<3).map { "{\"a\":1,\"b\":\($0)}\n" }.joined()
    #expect(try String(contentsOfFile: scratch("l"), encoding: .utf8) == text)
    #expect(try JSONLines.read([String: Int].self, from: scratch("l")).map { $0["b"] } == [0, 1, 2])
  }

  @Test func aTornLastLineIsIgnoredAndThenCutOff() throws {
    let scratch = try Scratch()
    let whole = "{\"a\":1}\n{\"a\":2}\n"
    for torn in ["{", "{\"a\":", "{\"a\":3}", String(repeating: "x", count: 9000)] {
      let path = try scratch.file("l", text: whole + torn)
      #expect(try JSONLines.read([String: Int].self, from: path) == [["a": 1], ["a": 2]])
      try JSONLines.append(["a": 4], to: path)
      #expect(try JSONLines.read([String: Int].self, from: path) == [["a": 1], ["a": 2], ["a": 4]])
    }
    let onlyTorn = try scratch.file("t", text: "{\"a\"")
    #expect(try JSONLines.read([String: Int].self, from: onlyTorn).isEmpty)
    try JSONLines.append(["a": 5], to: onlyTorn)
    #expect(try JSONLines.read([String: Int].self, from: onlyTorn) == [["a": 5]])
  }

  @Test func aDamagedLineInTheMiddleIsNamed() throws {
    let scratch = try Scratch()
    let path = try scratch.file("l", text: "{\"a\":1}\nwhat\n{\"a\":2}\n")
    let fault = #expect(throws: Fault.self) { try JSONLines.read([String: Int].self, from: path) }
    #expect(fault?.location == "\(path), line 2")
  }
}

@Suite struct DirectoryTests {
  @Test func onlyAFolderInWhichFilesCanBeMadeIsWritable() throws {
    let scratch = try Scratch()
    #expect(Directory.isWritable(scratch.path) && scratch.names.isEmpty)
    // In /proc nobody can make a file, root included, although its permissions let root.
    for path in ["/proc", scratch("none"), try scratch.file("file", text: "")] {
      #expect(!Directory.isWritable(path), "\(path)")
    }
  }
}
