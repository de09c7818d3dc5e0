import Foundation
import TestSupport

/// A folder for one test or for all of them; a class because it is removed with its last user.
final class ScratchFolder: Sendable {
    /// A certificate of a development CA, made when the first test asks for it.
    static let certificates = Result { try ScratchFolder(withCertificates: ()) }

    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "podscore-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String {
        path + "/" + name
    }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: file(name)))
        return file(name)
    }

    private convenience init(withCertificates: Void) throws {
        try self.init()
        let script = Acceptance.folder.appending(path: "../../../Certs/generate.sh").standardized.path
        let run = try Run("/bin/bash", [script, path])
        guard run.status == 0 else { throw Run.Failure(output: run.errors) }
    }
}
