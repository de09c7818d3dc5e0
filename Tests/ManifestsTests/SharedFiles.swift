import Foundation

/// The files beside the repository that some tests read; without them, those tests are skipped.
enum SharedFiles {
    /// The directory `../shared` of the project.
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")

    /// The files of a directory in it, in order; empty if it does not exist.
    static func files(in path: String) -> [URL] {
        let files = try? FileManager.default.contentsOfDirectory(at: directory.appending(path: path), includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }
}
