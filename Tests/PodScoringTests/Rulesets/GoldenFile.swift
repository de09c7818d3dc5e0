import Foundation
import PodScoring

/// The recorded scores of a ruleset, in `Goldens/`; those of a released one are frozen.
struct GoldenFile {
    let ruleset: Ruleset
    let url: URL

    /// Where the scores of a ruleset are kept.
    init(_ ruleset: Ruleset, in directory: URL = TestFolder.tests.appending(path: "Goldens")) {
        self.ruleset = ruleset
        url = directory.appending(path: ruleset.name.replacing("/", with: "-") + ".txt")
    }

    /// The text of the file; `nil` if it does not exist.
    func read() throws -> GoldenText? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        return GoldenText(parsing: try String(contentsOf: url, encoding: .utf8))
    }

    /// The text of the file in the last commit, which is frozen; `nil` if the commit does not have the file.
    func committed() throws -> GoldenText? {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", url.deletingLastPathComponent().path, "show", "HEAD:./" + url.lastPathComponent]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        return git.terminationStatus == 0 ? GoldenText(parsing: text) : nil
    }

    /// Writes the scores, or returns the frozen scores that would change.
    ///
    /// New manifests of the corpus are added. A file that no commit has yet can be replaced.
    func record(_ text: GoldenText, promised: GoldenText?) throws -> [String] {
        let changes = promised?.changes(in: text) ?? []
        if changes.isEmpty { try text.text.write(to: url, atomically: true, encoding: .utf8) }
        return changes
    }
}
