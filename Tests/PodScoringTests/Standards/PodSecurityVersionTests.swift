import PodScoring
import Testing

/// The names of versions and standards.
@Suite struct PodSecurityVersionTests {
    @Test(arguments: ["v1.0", "v1.9", "v1.10", "v1.36", "v1.1000", "latest"])
    func `A version that was read is written unchanged`(text: String) throws {
        #expect(try #require(PodSecurityVersion(parsing: text)).description == text)
    }

    @Test(arguments: [
        "", "v1", "v1.", "1.31", "V1.31", "v1.31.0", "v1.031", "v1.-1", "v1.+1", "v1. 1", "v2.0", "v0.1", "Latest", "latest ", "v1.3a",
        "v1.99999999999999999999", "v1.\u{661}",
    ])
    func `Any other text is not a version`(text: String) {
        #expect(PodSecurityVersion(parsing: text) == nil)
    }

    @Test func `Versions are ordered by number, latest last`() {
        let texts = ["v1.10", "latest", "v1.9", "v1.99", "v1.0"]
        #expect(
            texts.compactMap { PodSecurityVersion(parsing: $0) }.sorted().map(\.description) == [
                "v1.0", "v1.9", "v1.10", "v1.99", "latest",
            ]
        )
    }

    @Test(arguments: [("v1.0", false), ("v1.36", false), ("latest", false), ("v1.37", false), ("v1.38", true), ("v1.99", true)])
    func `A version after the newest known one is newer than known`(text: String, isNewer: Bool) throws {
        #expect(try #require(PodSecurityVersion(parsing: text)).isNewerThanKnown == isNewer)
        #expect(try #require(PodSecurityStandard(parsing: "baseline@" + text)).isNewerThanKnown == isNewer)
    }

    @Test(arguments: [
        ("restricted@v1.31", "restricted@v1.31"), ("baseline@latest", "baseline@latest"), ("privileged@v1.0", "privileged@v1.0"),
        ("restricted", "restricted@latest"),
    ])
    func `A standard is read from a level and a version`(text: String, name: String) throws {
        #expect(try #require(PodSecurityStandard(parsing: text)).description == name)
    }

    @Test(arguments: ["", "@", "restricted@", "@v1.31", "Restricted@v1.31", "restricted@v1.31@v1.31", "restricted v1.31", "strict@v1.31"])
    func `Any other text is not a standard`(text: String) {
        #expect(PodSecurityStandard(parsing: text) == nil)
    }

    @Test func `Standards are equal by level and requested version`() {
        #expect(PodSecurityStandard(.baseline, .latest) == PodSecurityStandard(.baseline, .latest))
        #expect(PodSecurityStandard(.baseline, .latest) != PodSecurityStandard(.baseline, .newestKnown))
        #expect(PodSecurityStandard(.baseline, .latest) != PodSecurityStandard(.restricted, .latest))
    }
}
