import AdmissionPolicy
import Testing

/// Problems of `spec.message` and `spec.runbook`.
struct GuidanceProblemTests {
    private static func problems(_ field: String) -> [String] {
        PolicyText.problems(PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\n" + field))
    }

    private static let long = String(repeating: "x", count: 201)
    private static let invisible = "has the invisible character"
    private static let oneLine = "write one line of visible text"
    private static let notHTTPS = "p.yaml:7:12: runbook must be an https URL, such as https://wiki.example/pods"
    private static let noHost = "p.yaml:7:12: runbook has no valid host"
    private static let user = "p.yaml:7:12: runbook has a user or a password before the host; everyone who is denied would see it"

    static let examples: [(field: String, problem: String?)] = [
        ("message: \"Ask in #platform-help. It's free!\"", nil), ("message: \"ü 漢 😀 \\\"quoted\\\"\"", nil),
        ("message: \"\(long.dropLast())\"", nil), ("message: \"\(String(repeating: "é", count: 100))\"", nil),
        ("message: \"\(long)\"", "p.yaml:7:12: message has 201 bytes; the limit is 200"),
        ("message: \"\(String(repeating: "é", count: 101))\"", "p.yaml:7:12: message has 202 bytes; the limit is 200"),
        ("message: \"\"", "p.yaml:7:12: message is blank; write it or remove the field"),
        ("message: \" \\t\"", "p.yaml:7:12: message is blank; write it or remove the field"),
        ("message: |\n  two\n  lines", "p.yaml:7:12: message \(invisible) \\u{A}; \(oneLine)"),
        ("message: \"a\\tb\"", "p.yaml:7:12: message \(invisible) \\u{9}; \(oneLine)"),
        ("message: \"a\\ab\"", "p.yaml:7:12: message \(invisible) \\u{7}; \(oneLine)"),
        ("message: \"a\\Nb\"", "p.yaml:7:12: message \(invisible) \\u{85}; \(oneLine)"),
        ("message: \"a\\Lb\"", "p.yaml:7:12: message \(invisible) \\u{2028}; \(oneLine)"),
        ("message: \"a\\Pb\"", "p.yaml:7:12: message \(invisible) \\u{2029}; \(oneLine)"),
        ("message: \"a\\u202Eb\"", "p.yaml:7:12: message \(invisible) \\u{202E}; \(oneLine)"),
        ("message: \"a\\u2066b\"", "p.yaml:7:12: message \(invisible) \\u{2066}; \(oneLine)"),
        ("message: 5", "p.yaml:7:12: message must be a string, not a number; put it in quotes"),
        ("message: [a]", "p.yaml:7:12: message must be a string, not an array"),
        ("message: null", "p.yaml:7:12: message must be a string, not null"),
        ("mesage: a", "p.yaml:7:3: unknown field \"mesage\" in spec; did you mean message?"),
        ("runbook: https://wiki.example/pods?a=b&c=%20#why", nil), ("runbook: https://10.0.0.1:8443/a", nil),
        ("runbook: \"https://[2001:db8::1]:8443\"", nil), ("runbook: https://wiki", nil),
        ("runbook: https://x.example/\(String(repeating: "p", count: 182))", nil),
        ("runbook: https://x.example/\(String(repeating: "p", count: 183))", "p.yaml:7:12: runbook has 201 bytes; the limit is 200"),
        ("runbook: \"\"", "p.yaml:7:12: runbook is blank; write it or remove the field"),
        ("runbook: http://wiki.example", notHTTPS), ("runbook: HTTPS://wiki.example", notHTTPS), ("runbook: wiki.example/pods", notHTTPS),
        ("runbook: \"javascript:alert(1)\"", notHTTPS), ("runbook: \" https://wiki.example\"", notHTTPS),
        ("runbook: https://", noHost), ("runbook: https:///pods", noHost), ("runbook: \"https://:443/\"", noHost),
        ("runbook: https://?q", noHost), ("runbook: https://a..b", noHost), ("runbook: https://-a.example", noHost),
        ("runbook: \"https://a:\"", noHost), ("runbook: \"https://a:0\"", noHost), ("runbook: \"https://a:65536\"", noHost),
        ("runbook: \"https://a:+1\"", noHost), ("runbook: \"https://[::1\"", noHost), ("runbook: \"https://[]\"", noHost),
        ("runbook: \"https://[::1]x\"", noHost), ("runbook: https://a%20b", noHost), ("runbook: https://a!b", noHost),
        ("runbook: https://ops@wiki.example", user), ("runbook: \"https://ops:secret@wiki.example/\"", user),
        (
            "runbook: \"https://wiki.example/a b\"",
            "p.yaml:7:12: runbook has the character \" \", which a URL cannot have; percent-encode it"
        ),
        (
            "runbook: \"https://wiki.example/\\n\"",
            "p.yaml:7:12: runbook has the character \"\\u{A}\", which a URL cannot have; percent-encode it"
        ),
        (
            "runbook: https://wiki.example/ü",
            "p.yaml:7:12: runbook has the character \"ü\", which a URL cannot have; percent-encode it"
        ),
        (
            "runbook: \"https://wiki.example\\\\@evil.example\"",
            "p.yaml:7:12: runbook has the character \"\\\\\", which a URL cannot have; percent-encode it"
        ),
        (
            "runbook: https://wiki.example/100%",
            "p.yaml:7:12: runbook has the character \"%\", which a URL cannot have; percent-encode it"
        ),
        ("runbook: 5", "p.yaml:7:12: runbook must be a string, not a number; put it in quotes"),
        ("runbook: {url: a}", "p.yaml:7:12: runbook must be a string, not an object"),
    ]

    @Test(arguments: examples) func `Errors in the message and the runbook are reported at their places`(field: String, problem: String?) {
        #expect(Self.problems(field) == (problem.map { [$0] } ?? []))
    }

    @Test func `Both are read as written, and are nothing without them`() throws {
        let text = PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nmessage: Ask us\nrunbook: https://wiki.example")
        let policy = try #require(try PolicyText.read(files: [("p.yaml", text)]).policies.first)
        #expect(policy.guidance?.message == "Ask us")
        #expect(policy.guidance?.runbook == "https://wiki.example")
        let plain = try #require(try PolicyText.read(files: [("p.yaml", PolicyText.policy(named: "a", namespaces: "[a]"))]).policies.first)
        #expect(plain.guidance == nil)
    }
}
