import Foundation
import TestSupport

extension ScratchFolder {
    /// A certificate of a development CA, made when the first test asks for it.
    static let certificates = Result { try ScratchFolder(withCertificates: ()) }

    private convenience init(withCertificates: Void) throws {
        try self.init()
        let script = Acceptance.folder.appending(path: "../../../Certs/generate.sh").standardized.path
        let run = try Run("/bin/bash", [script, path])
        guard run.status == 0 else { throw Run.Failure(output: run.errors) }
    }
}
