import Testing

@testable import PodScoring

/// The regular expressions of rules accept the texts that the Swift checks accept.
///
/// CEL and Swift read these patterns alike.
@Suite struct CELPatternTests {
    @Test(arguments: [
        "sys_admin", "SYS_ADMIN", "CAP_SYS_ADMIN", "Cap_Sys_Admin", "all", "ALL", "CAP_ALL", "CAP_CAP_ALL", "SYS_ADMINX", "XSYS_ADMIN", "",
        "CAP_", "SYS_ADMIN\n", "CHOWN", "ſys_admin",
    ])
    func `A pattern of capabilities matches what the set contains`(name: String) throws {
        let pattern = try #require(CapabilityNames.administrator.cel("x").text.split(separator: "'").dropFirst().first)
        #expect(pattern == "^(cap_)?(sys_admin|all)$")
        let lowercase = String(decoding: name.utf8.map(\.lowercasedASCII), as: UTF8.self)
        let isMatch = try Regex(String(pattern)).wholeMatch(in: lowercase) != nil
        #expect(isMatch == CapabilityNames.administrator.contains(name))
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

private func digits(_ count: Int) -> String { String(repeating: "a", count: count) }
