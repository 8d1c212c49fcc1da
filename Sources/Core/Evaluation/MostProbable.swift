/// The class with the greatest probability or score; of equal ones, the first. 0 for an empty row.
public func mostProbable(_ row: [some Comparable]) -> Int { row.indices.max { row[$0] < row[$1] } ?? 0 }
