import Testing

@testable import Core

@Suite struct FrameNumberTests {
  @Test func nothingAndASlashAreMissing() {
    for text in ["", " ", "/", "\u{A0}/ ", "'", "\u{FF0F}"] { #expect(FrameNumber(text) == .missing, "\(text)") }
  }

  @Test func aWholeNumberIsReadHoweverItIsWritten() {
    for text in [
      "1046", " 1046 ", "\u{A0}1046\u{2009}", "'1046", "\u{2019}1046", "001046", "1046.0", "1046,0", "1046.00", "+1046",
      "\u{FF11}\u{FF10}\u{FF14}\u{FF16}", "1,046", "1 046", "1'046", "1\u{2019}046", "1\u{A0}046", "1\u{202F}046",
      "1,046.0", "1.046,0", "1 046,00", "1046.00000000000001", "1045.9999999999999", "\u{FEFF}1046",
    ] {
      #expect(FrameNumber(text) == .number(1046), "\(text)")
    }
    #expect(FrameNumber("1,046,001") == .number(1_046_001) && FrameNumber("1.046.001") == .number(1_046_001))
    #expect(FrameNumber("46,0") == .number(46) && FrameNumber("0") == .number(0) && FrameNumber("0.000") == .number(0))
    #expect(FrameNumber("2147483647") == .number(2_147_483_647))
  }

  @Test func whatCannotBeMeantIsUnreadableForItsOwnReason() {
    for (text, reason) in [
      ("46.5", "is not a whole number"), ("46,5", "is not a whole number"), ("1.046", "is not a whole number"),
      ("0,046", "is not a whole number"), ("1.046,5", "is not a whole number"), ("-1", "is negative"),
      ("\u{2212}1", "is negative"), ("1.05E+03", "has an exponent and may have lost digits; write the whole number"),
      ("2e3", "has an exponent and may have lost digits; write the whole number"),
      ("2147483648", "is larger than any clip"), ("99999999999999999999", "is larger than any clip"),
      ("1.000", "could be 1000 or 1.000; write it without `.`"), ("0x1F", "is not a frame number"),
      ("inf", "is not a frame number"), ("nan", "is not a frame number"), ("x", "is not a frame number"),
      ("-", "is not a frame number"), ("46 56", "is not a frame number"), ("1,46", "is not a whole number"),
      ("1,2,3", "is not a frame number"), ("1,046,5", "is not a frame number"), ("2-Jan", "is not a frame number"),
      ("1//2", "is not a frame number"), ("\u{2461}", "is not a frame number"), (",", "is not a frame number"),
      (String(repeating: "9", count: 30_000), "is not a frame number"),
    ] {
      #expect(FrameNumber(text) == .unreadable(reason), "\(text.prefix(40))")
    }
  }

  @Test func aCommaBetweenSemicolonsMayBeADecimalOne() {
    #expect(
      FrameNumber("1,046", decimalCommas: true) == .unreadable("could be 1046 or 1.046; write it without `,`"))
    #expect(FrameNumber("46,0", decimalCommas: true) == .number(46))
    #expect(FrameNumber("1,046,001", decimalCommas: true) == .number(1_046_001), "two commas are no decimal ones")
    #expect(FrameNumber("1 046", decimalCommas: true) == .number(1046))
  }

  @Test func decimalsHaveAPointOrAComma() {
    #expect(CellNumber.decimal("29,97") == 29.97 && CellNumber.decimal(" 29.97\u{A0}") == 29.97)
    #expect(CellNumber.decimal("-1.5e+02") == -150 && CellNumber.decimal("\u{FF12}") == 2)
    for text in ["", "x", "0x1p3", "nan", "inf", "1e999", "1,046.5", "1 2", "e", "--1"] {
      #expect(CellNumber.decimal(text) == nil, "\(text)")
    }
  }
}
