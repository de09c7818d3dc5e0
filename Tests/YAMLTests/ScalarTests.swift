import Testing
import YAML

struct ScalarTests {
    @Test(arguments: [
        ("", "null"), ("~", "null"), ("null", "null"), ("Null", "null"), ("NULL", "null"), ("nULL", #""nULL""#), ("nil", #""nil""#),
        ("true", "true"), ("True", "true"), ("TRUE", "true"), ("tRue", #""tRue""#), ("yes", "true"), ("Yes", "true"), ("YES", "true"),
        ("y", "true"), ("Y", "true"), ("on", "true"), ("On", "true"), ("ON", "true"),
        ("false", "false"), ("False", "false"), ("FALSE", "false"), ("no", "false"), ("No", "false"), ("NO", "false"), ("n", "false"),
        ("N", "false"), ("off", "false"), ("Off", "false"), ("OFF", "false"), ("truely", #""truely""#), ("name", #""name""#),
    ])
    func `Words have their meaning in YAML 1.1`(text: String, expected: String) {
        #expect(documents("v: \(text)") == [#"{"v":\#(expected)}"#])
    }

    @Test(arguments: [
        ("0", "0"), ("7", "7"), ("-7", "-7"), ("+7", "7"), ("10001", "10001"), ("007", "7"), ("0o17", "15"), ("0O17", "15"), ("010", "8"),
        ("00", "0"), ("0x1F", "31"), ("0X1f", "31"), ("-0x10", "-16"), ("0b101", "5"), ("-0b101010", "-42"), ("1_000", "1000"),
        ("0x_0A_74_AE", "685230"), ("0b1010_0111_0100_1010_1110", "685230"), ("02472256", "685230"), ("+685_230", "685230"),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808"), ("18446744073709551615", "18446744073709551615"),
        ("0xFFFFFFFFFFFFFFFF", "18446744073709551615"), ("18446744073709551616", "18446744073709552000"),
        ("-9223372036854775809", "-9223372036854776000"), ("+9223372036854775808", "9223372036854776000"),
        ("100000000000000000000000", "1e+23"),
    ])
    func `Integers are read as in Go`(text: String, expected: String) {
        #expect(documents("v: \(text)") == [#"{"v":\#(expected)}"#])
    }

    @Test(arguments: [
        ("1.5", "1.5"), ("10001.0", "10001"), ("1e3", "1000"), ("1E3", "1000"), (".5", "0.5"), ("5.", "5"), ("-.5", "-0.5"), ("08", "8"),
        ("0.1", "0.1"), ("685.230_15e+03", "685230.15"), ("1e20", "100000000000000000000"), ("1e21", "1e+21"), ("1.5e-7", "1.5e-7"),
        ("0.000001", "0.000001"), ("1e-10", "1e-10"), ("123456e1", "1234560"), ("5e-324", "5e-324"), ("-0.0", "0"), ("0.30", "0.3"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ])
    func `Floating-point numbers become the text that Go writes into JSON`(text: String, expected: String) {
        #expect(documents("v: \(text)") == [#"{"v":\#(expected)}"#])
    }

    @Test(arguments: [
        "1.2.3", "100m", "128Mi", "1:30", "2015-01-01", "2015-02-24T18:19:39Z", "1e400", "0x", "0xG", "+", ".", "..", "e5", ".e5", "1e",
        "--1", "0b2", "0o8", "_1", "50cent_of_dollar", "-b_c", "<<", "127.0.0.1", "1.5_x", "infinity", "abcdef", "0x1p4", "1-2", "a b",
    ])
    func `Everything else is a string`(text: String) {
        #expect(documents("v: \(text)") == [#"{"v":"\#(text)"}"#])
    }

    @Test(arguments: [#""true""#, "'true'", "|-\n  true", ">-\n  true"])
    func `Quoted and block scalars are strings`(text: String) {
        #expect(documents("v: \(text)") == [#"{"v":"true"}"#])
    }

    @Test(arguments: [".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN", "!!float .inf"])
    func `Infinity and not-a-number are rejected, because JSON has neither`(text: String) {
        #expect(documents("v: \(text)") == ["1:4: a manifest cannot contain infinity or not-a-number"])
    }

    @Test(arguments: [
        ("!!str 5", #""5""#), ("!!str", #""""#), ("!!str true", #""true""#), ("!!int '5'", "5"), ("!!int \"0x10\"", "16"),
        ("!!float '1.1'", "1.1"), ("!!float 3", "3"), ("!!bool 'yes'", "true"), ("!!null ''", "null"), ("!!null ~", "null"),
        ("! 5", "5"), ("! test", #""test""#), ("!local 5", #""5""#), ("!<tag:example.com,2000:x> 5", #""5""#), ("!!omap 5", #""5""#),
        ("!!timestamp 2015-01-01", #""2015-01-01""#), ("!!binary aGVsbG8=", #""hello""#), ("!!binary |\n  aGVs\n  bG8=", #""hello""#),
        ("!!binary aGk=", #""hi""#), ("!!binary aGVsbG8h", #""hello!""#), ("!!binary aGVsbG8hIQ==", #""hello!!""#),
    ])
    func `A tag decides the type`(text: String, expected: String) {
        #expect(documents("v: \(text)") == [#"{"v":\#(expected)}"#])
    }

    @Test(arguments: [
        ("!!int abc", "!!int"), ("!!int 1.5", "!!int"), ("!!bool 1", "!!bool"), ("!!bool maybe", "!!bool"), ("!!null 0", "!!null"),
        ("!!float x", "!!float"), ("!!int ~", "!!int"), ("!!timestamp 5", "!!timestamp"), ("!!binary a", "!!binary"),
        ("!!binary '='", "!!binary"), ("!!binary aGk", "!!binary"), ("!!binary 'a*b='", "!!binary"),
    ])
    func `A value that does not fit its tag is rejected`(text: String, tag: String) {
        #expect(documents("v: \(text)") == ["1:4: the value is not a \(tag)"])
    }

    @Test(arguments: [
        ("yes", "true"), ("n", "false"), ("1", "1"), ("0x10", "16"), ("1.5", "1.5"), ("1e6", "1e+06"), ("100000.0", "100000"),
        ("0.1", "0.1"),
        (".inf", ".inf"), ("-.inf", "-.inf"), (".nan", ".nan"), ("'yes'", "yes"), ("name", "name"), ("!!str 1", "1"), ("0.00001", "1e-05"),
        ("2015-01-01", "2015-01-01"), ("&k name", "name"),
    ])
    func `Keys become strings as in JSON`(key: String, expected: String) {
        #expect(documents("\(key) : x") == [#"{"\#(expected)":"x"}"#])
    }

    @Test(arguments: [("~", "string"), ("null", "string"), ("18446744073709551615", "string"), ("&a ~", "string")])
    func `Keys that JSON does not have are rejected`(key: String, _: String) {
        #expect(firstError("\(key) : x")?.reason == .unsupportedKey)
    }

    @Test(arguments: ["{a: b}", "[a]"])
    func `A mapping or a list can't be a key`(key: String) {
        #expect(documents("? \(key)\n: x") == ["1:3: a key must be a single value, not a mapping or a list"])
    }
}
