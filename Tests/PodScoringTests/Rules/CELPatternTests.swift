import TestSupport
import Testing

@testable import PodScoring

/// The regular expressions of rules accept the texts that the Swift checks accept.
///
/// CEL and Swift read these patterns alike.
@Suite struct CELPatternTests {
    @Test(arguments: [
        "sys_admin", "SYS_ADMIN", "CAP_SYS_ADMIN", "Cap_Sys_Admin", "all", "ALL", "CAP_ALL", "CAP_CAP_ALL", "SYS_ADMINX", "XSYS_ADMIN", "",
        "CAP_", "SYS_ADMIN\n", "CHOWN", "ſys_admin", "CAP_ſYſ_ADMıN", "SYS_ADMİN", "şys_admin", "sys_admi\u{307}n", "ſ",
    ])
    func `A pattern of capabilities matches what the set contains`(name: String) throws {
        let names = CapabilityNames.administrator
        #expect(try matches(name.lowercasedASCII, names.pattern) == names.contains(name))
    }

    @Test func `The pattern of capabilities is a literal of ASCII that accepts the letters whose upper case is S or I`() {
        let pattern = #"^(cap_)?([s\U0000017f]y[s\U0000017f]_adm[i\U00000131]n|all)$"#
        #expect(CapabilityNames.administrator.cel("x").text == "x.lowerAscii().matches('\(pattern)')")
    }

    @Test func `Set and pattern find what Go's upper case makes one of the names`() throws {
        let names = ["sys_admin", "net_admin", "mac_override", "dac_read_search", "bpf", "all"]
        let set = CapabilityNames(names)
        let prefixes = ["", "", "CAP_", "cap_", "Cap_", "CAP", "cap_cap_"]
        var numbers = SeededNumbers(seed: 3)
        var found = 0
        for _ in 0..<4_000 {
            let name = names.randomElement(using: &numbers) ?? ""
            let spelling = (prefixes.randomElement(using: &numbers) ?? "") + numbers.spelling(of: name)
            let upper = goUppercased(spelling)
            let isOne = names.contains { [$0.uppercased(), "CAP_" + $0.uppercased()].contains { $0.utf8.elementsEqual(upper.utf8) } }
            #expect(set.contains(spelling) == isOne, "\(spelling.debugDescription)")
            #expect(try matches(spelling.lowercasedASCII, set.pattern) == isOne, "\(spelling.debugDescription)")
            if isOne && !spelling.utf8.allSatisfy({ $0 < 0x80 }) { found += 1 }
        }
        #expect(found > 500)
    }

    @Test(
        arguments: [
            ("ContainerAdministrator", true), ("containeradministrator", true), (#"User Manager\ContainerAdministrator"#, true),
            (#"a\b\CONTAINERADMINISTRATOR"#, true), (#"\ContainerAdministrator"#, true), ("a\n\\ContainerAdministrator", true),
            ("ContainerAdministrator2", false), (#"User Manager\ContainerAdministrator2"#, false), (#"x\y"#, false),
            (#"ContainerAdministrator\y"#, false), ("xContainerAdministrator", false), (#"x\yContainerAdministrator"#, false),
            ("User Manager/ContainerAdministrator", false), (#"ContainerAdministrator\"#, false), ("ContainerUser", false), ("", false),
        ] as [(String, Bool)]
    )
    func `The pattern of the Windows administrator matches the name with and without a domain`(name: String, isAdministrator: Bool) throws {
        #expect(WindowsAdministrator.isNamed(by: name) == isAdministrator)
        #expect(try matches(name.lowercasedASCII, WindowsAdministrator.pattern) == isAdministrator)
    }

    @Test(arguments: [
        "nginx", "nginx@sha256:" + digits(64), "nginx:1@sha256:" + digits(64), "@sha256:" + digits(64), "n@sha256:" + digits(63),
        "n@sha256:" + digits(65), "n@sha512:" + digits(128), "n@sha512:" + digits(64), "n@sha256:" + digits(63) + "A",
        "\n@sha256:" + digits(64),
    ])
    func `The pattern of digests matches what ends with one`(reference: String) throws {
        let isMatch = try Regex(ImageDigest.pattern).firstMatch(in: reference) != nil
        #expect(isMatch == ImageDigest.isAtEnd(of: reference))
    }

    @Test func `A pattern of beginnings matches directories above the paths and nothing else`() throws {
        let pattern = try Regex("^run" + HostPath.patternOfBeginnings(of: ["a/b.sock", "a/b.sock.x", "c.sock"]) + "$")
        for path in ["run", "run/a", "run/a/b.sock", "run/a/b.sock.x", "run/c.sock"] {
            #expect(try pattern.wholeMatch(in: path) != nil, "\(path)")
        }
        for path in ["", "run/", "run/b", "run/a/b", "run/a/bxsock", "run/a/b.sock/c", "run/c.sockx", "runa", "run/a/b.sock.y"] {
            #expect(try pattern.wholeMatch(in: path) == nil, "\(path)")
        }
    }
}

/// Whether a pattern matches somewhere in a text, as `matches` of CEL does, which reads code points.
private func matches(_ text: String, _ pattern: String) throws -> Bool {
    try Regex(pattern).matchingSemantics(.unicodeScalar).firstMatch(in: text) != nil
}

/// The text as `strings.ToUpper` of Go returns it, for letters of ASCII and those whose upper case is one.
private func goUppercased(_ text: String) -> String {
    var upper = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "a"..."z": upper.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) - 32))
        case "\u{17F}": upper += "S"
        case "\u{131}": upper += "I"
        default: upper.unicodeScalars.append(scalar)
        }
    }
    return upper
}

extension String {
    /// The text with letters of ASCII in lower case, as `lowerAscii` of CEL returns it.
    fileprivate var lowercasedASCII: String {
        String(decoding: utf8.map(\.lowercasedASCII), as: UTF8.self)
    }

    /// A text of code points.
    fileprivate init(_ scalars: [Unicode.Scalar]) {
        self = ""
        unicodeScalars.append(contentsOf: scalars)
    }
}

extension SeededNumbers {
    /// A name with its letters in any case and form; in one of four spellings, something else is written or left out as well.
    fileprivate mutating func spelling(of name: String) -> String {
        var scalars = name.unicodeScalars.map { scalar -> Unicode.Scalar in
            let letters: [Unicode.Scalar] =
                switch scalar {
                case "s": ["s", "S", "\u{17F}"]
                case "i": ["i", "I", "\u{131}"]
                default: [scalar, scalar, scalar.properties.uppercaseMapping.unicodeScalars.first ?? scalar]
                }
            return letters.randomElement(using: &self) ?? scalar
        }
        guard Bool.random(using: &self) && Bool.random(using: &self) else { return String(scalars) }
        let index = scalars.indices.randomElement(using: &self) ?? 0
        let others: [Unicode.Scalar?] = ["\u{17F}", "\u{131}", "\u{130}", "\u{15E}", "\u{1E9B}", "\u{17E}", "\u{132}", "k", " ", "_", nil]
        let other = others.randomElement(using: &self) ?? nil
        let end = Bool.random(using: &self) ? index : index + 1
        scalars.replaceSubrange(index..<end, with: other.map { [$0] } ?? [])
        return String(scalars)
    }
}

private func digits(_ count: Int) -> String { String(repeating: "a", count: count) }
