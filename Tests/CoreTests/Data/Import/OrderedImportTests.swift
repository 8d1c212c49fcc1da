import Foundation
import Testing

@testable import Core

@Suite struct CropTableTests {
  private func table(_ text: String) throws -> CropTable {
    try CropTable(AnnotationSheet.csv(text, at: "t"), at: "t")
  }

  @Test func aTableIsReadAsAllTablesAre() throws {
    let table = try table("\u{FEFF}sep=;\rName;Width;Height;X;Y\r;;;;\ra;400,0;300;\u{A0}20;'0\r")
    #expect(table.boxes == ["a": CropBox(width: 400, height: 300, x: 20, y: 0)])
    #expect(table.locations == ["a": "t, line 4"])
    #expect(table.notes.isEmpty)
    let twice = #expect(throws: Fault.self) { try self.table("name,width,height,x,y,X\na,1,1,0,0,0\n") }
    #expect(twice?.problem.contains("in columns 4 and 6") == true)
  }

  @Test func theNearestNameCounts() throws {
    let table = try table("x,Y,name,height,width\n1,2,a/b,4,3\n0,0,b,6,5\n0,0,s,8,7\n")
    #expect(table.box(clip: "a/b", path: "p/b", subject: "s")?.box == CropBox(width: 3, height: 4, x: 1, y: 2))
    #expect(table.box(clip: "c/b", path: "p/b", subject: "s")?.name == "b")
    #expect(table.box(clip: "c/c", path: "p/c", subject: "s")?.name == "s")
    #expect(table.box(clip: "c/c", path: "p/c", subject: "t") == nil)
  }

  @Test func anotherSheetWithBoxesIsTold() throws {
    let sheets = ["a", "b"].map { name in
      AnnotationSheet(
        name: name, location: "t, sheet `\(name)`", unit: .row,
        rows: [.init(number: 1, cells: ["name", "width", "height", "x", "y"])])
    }
    #expect(
      try CropTable(sheets, at: "t").notes.map(\.what) == [
        "has the columns too; to read it instead, save it as a file of its own"
      ])
  }

  @Test func wrongTablesAreRefusedWithAllTheirLines() {
    for text in ["", "name,width\n", "name,width,height,x,y\na,1,1,0\n", "name,width,height,x,y\na,0,1,0,0\n"] {
      #expect(throws: (any Error).self, "\(text)") { try table(text) }
    }
    let faults = #expect(throws: Faults.self) {
      try table("name,width,height,x,y\na,1,1,0,0\na,1,1,0,0\n,1,1,0,0\nb,1,1,-1,0\n")
    }
    #expect(faults?.faults.map(\.location) == ["t, line 3", "t, line 4", "t, line 5"])
  }
}

@Suite struct OrderedWorkTests {
  @Test func valuesAreTakenInOrderWhateverTheWorkers() {
    for count in [0, 1, 2, 5, 40] {
      for workers in [1, 2, 3, 8] {
        var taken: [Int] = []
        inOrder(
          count, workers: workers,
          make: { index in
            if index % 3 == 0 { usleep(500) }
            return index * index
          },
          take: { index, value in
            #expect(value == index * index)
            taken.append(index)
          })
        #expect(taken == Array(0..<count))
      }
    }
  }

  @Test func aThrowEndsTheWork() {
    struct Enough: Error {}
    var taken = 0
    #expect(throws: Enough.self) {
      try inOrder(
        1000, workers: 4, make: { $0 },
        take: { index, _ in
          if index == 10 { throw Enough() }
          taken += 1
        })
    }
    #expect(taken == 10)
  }
}
