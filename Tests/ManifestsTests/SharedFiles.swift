import Foundation

/// The material beside the project that some tests read; they are skipped where it is missing.
enum SharedFiles {
    /// The directory `../shared` of the project.
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")

    /// Lists the files of a directory below it, in order; none where it is missing.
    static func files(in path: String) -> [URL] {
        let files = try? FileManager.default.contentsOfDirectory(at: directory.appending(path: path), includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }
}
