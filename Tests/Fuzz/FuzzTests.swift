import Foundation
import TestSupport
import Testing

/// The folders with inputs in the repository.
private enum Inputs {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

    static func files(in path: String, of root: URL = Inputs.root, ending: String = "") throws -> [URL] {
        let folder = root.appending(path: path)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
        return names.filter { $0.hasSuffix(ending) && !$0.hasSuffix("README.md") }.map { folder.appending(path: $0) }
            .filter { !$0.hasDirectoryPath }
    }

    static func contents(of url: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: url))
    }
}

@Test(arguments: FuzzTarget.allCases)
func `Findings of the fuzzer stay fixed`(target: FuzzTarget) throws {
    for file in try Inputs.files(in: "Regressions/\(target.rawValue)", of: Inputs.folder) {
        try target.check(try Inputs.contents(of: file))
    }
}

@Test(arguments: [FuzzTarget.review, .oracle])
func `Recorded reviews have the properties that are fuzzed`(target: FuzzTarget) throws {
    for file in try Inputs.files(in: "Tests/PodscoreTests/Acceptance/reviews", ending: ".json") {
        let bytes = try Inputs.contents(of: file)
        try target.check(bytes)
        try target.check(Array(bytes.prefix(bytes.count * 2 / 3)))
    }
}

@Test(arguments: [FuzzTarget.manifests, .page]) func `Manifests have the properties that are fuzzed`(target: FuzzTarget) throws {
    for file in try Inputs.files(in: "Tests/PodScoringTests/Fixtures", ending: "yaml") {
        try target.check(try Inputs.contents(of: file))
    }
}

@Test(arguments: [2, 3, 15, 31] as [UInt8]) func `Posted manifests have the properties that are fuzzed`(choice: UInt8) throws {
    for file in try Inputs.files(in: "Tests/PodScoringTests/Fixtures", ending: "yaml") {
        try FuzzTarget.form.check([choice] + Inputs.contents(of: file))
    }
}

@Test(
    arguments: [
        "\0manifest=%", "\0manifest=%4", "\0&&=&a", "\0ruleset=x&minimum=%2B&file=kind:+Pod", "\u{1}--b", "\u{1}--b--",
        "\u{1}--b\r\n\r\n\r\n--b",
        "\u{1}--b\r\nContent-Disposition: form-data; name=manifest\r\n\r\nkind: Pod\r\n--b\r\n\r\n\r\n--b--", "\u{1}",
        "\u{2}kind: Pod\nspec: {containers: [{name: \"</textarea><script>\"}]}\n",
    ]
)
func `Forms have the properties that are fuzzed`(input: String) throws {
    try FuzzTarget.form.check(Array(input.utf8))
}

@Test func `Policies have the properties that are fuzzed`() throws {
    for file in try Inputs.files(in: "Tests/PodscoreTests/Acceptance/policies", ending: "yaml") {
        try FuzzTarget.policy.check(try Inputs.contents(of: file))
    }
}

@Test func `Reviews of policies have the properties that are fuzzed`() throws {
    for file in try Inputs.files(in: "Changes", of: Inputs.folder, ending: ".json") {
        let bytes = try Inputs.contents(of: file)
        try FuzzTarget.change.check(bytes)
        for length in stride(from: 0, to: bytes.count, by: 7) { try FuzzTarget.change.check(Array(bytes.prefix(length))) }
    }
}

@Test(arguments: [0, 1, 6, 255] as [UInt8], [0, 1, 2] as [UInt8])
func `Answers do not depend on how requests arrive`(length: UInt8, ending: UInt8) throws {
    let head = "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    let chunked =
        "POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    for text in [head, head + head + "GET / HTTP/1.1\r\n\r\n", chunked + chunked, "nonsense\r\n\r\n", "HEAD /validate HTTP/1.0\r\n\r\n"] {
        try FuzzTarget.http.check([length, ending] + Array(text.utf8))
    }
}

@Test(
    arguments: [
        // Unchanged, tampered with, in pieces; a session of TLS 1.3 and one of 1.2.
        [0, 22, 3, 1, 0, 4, 1, 0, 0, 0], [1], [1, 7, 255, 0, 0, 1, 4, 4, 0, 0], [3, 7, 255, 0, 7, 255, 0, 0, 9, 9, 6, 0, 0, 0, 3, 3],
        [1, 1, 100, 7, 2, 3, 9, 3, 128, 0], [1, 7, 0, 0, 5, 255, 0, 0, 255, 255],
    ] as [[UInt8]]
)
func `TLS clients are understood or rejected`(script: [UInt8]) throws {
    try FuzzTarget.tls.check(script)
}

@Test(arguments: [
    (FuzzTarget.policy, "Tests/PodscoreTests/Acceptance/policies", "yaml"),
    (.manifests, "Tests/PodScoringTests/Fixtures", "yaml"),
    (.review, "Tests/PodscoreTests/Acceptance/reviews", "drop-all.json"),
])
func `Thousands of mutations of known inputs have the properties that are fuzzed`(target: FuzzTarget, folder: String, ending: String) throws
{
    let seeds = try Inputs.files(in: folder, ending: ending).map { try Inputs.contents(of: $0) }
    try #require(!seeds.isEmpty)
    var numbers = SeededNumbers(seed: 1)
    for round in 0..<2000 {
        var text = seeds[round % seeds.count]
        for _ in 0...round % 4 { text.mutate(by: &numbers) }
        try target.check(text)
    }
}

extension [UInt8] {
    /// Changes, drops, repeats or inserts something somewhere.
    fileprivate mutating func mutate(by numbers: inout SeededNumbers) {
        guard let start = indices.randomElement(using: &numbers) else { return }
        let end = Swift.min(count, start + Int.random(in: 1...16, using: &numbers))
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: self[start] = UInt8.random(in: .min ... .max, using: &numbers)
        case 1: removeSubrange(start..<end)
        case 2: insert(contentsOf: Array(self[start..<end]), at: start)
        default:
            insert(
                contentsOf: ["\n", "\t", "---\n", "&a ", "*a", "{", "]", ": ", "\"", "null", "\u{FEFF}"].randomElement(using: &numbers)?
                    .utf8.map { $0 } ?? [],
                at: start
            )
        }
    }
}
