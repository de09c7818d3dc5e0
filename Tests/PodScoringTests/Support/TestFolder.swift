import Foundation

/// The folders that tests read.
enum TestFolder {
    /// The folder of this target's tests.
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The top of the repository.
    static let repository = tests.deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the acceptance table and its recordings.
    static let acceptance = repository.appending(path: "Tests/PodscoreTests/Acceptance")

    /// kubesec's rules of 2019 and their reports about five Pods, beside ``kubesecRules``.
    static let kubesecRules2019 = kubesecRules.deletingLastPathComponent().appending(path: "rules-2019.json")
    static let kubesecSteps2019 = kubesecRules.deletingLastPathComponent().appending(path: "hardening-steps-2019.json")

    /// kubesec's rules, in the folder that stands beside the repository where the project is built; absent elsewhere.
    static let kubesecRules = repository.deletingLastPathComponent().appending(path: "shared/kubesec-reference/rules.json")

    /// The names of the files in a folder, sorted; empty if the folder does not exist.
    static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// The JSON document in a file.
    static func json(_ file: URL) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    }
}
