import ClusterAudit
import Platform
import Scanning

extension InputReading {
    /// Reads files, of which `-` is standard input.
    mutating func read(_ paths: [String]) throws(CommandFailure) {
        for path in paths {
            do throws(FileError) {
                try read(path == "-" ? nil : path, named: path == "-" ? ManifestScan.standardInputName : path)
            } catch {
                throw CommandFailure("cannot read \(error)")
            }
        }
    }
}
