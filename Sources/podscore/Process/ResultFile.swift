import Platform

/// The place of a command's results: a file that appears complete at the end, or standard output.
struct ResultFile: Sendable {
    private let replacement: FileReplacement?

    /// Prepares to write a file; `nil` or `-` is standard output.
    init(_ path: String?) throws(CommandFailure) {
        if let path, path != "-" {
            try self.init(file: path)
        } else {
            self.init(replacement: nil)
        }
    }

    /// Prepares to write a file, whatever its name.
    init(file path: String) throws(CommandFailure) {
        do throws(FileError) {
            self.init(replacement: try FileReplacement(of: path))
        } catch {
            throw CommandFailure("cannot write \(error)")
        }
    }

    private init(replacement: FileReplacement?) {
        self.replacement = replacement
    }

    /// Writes bytes behind the others.
    func write(_ bytes: [UInt8]) throws {
        guard let replacement else { return try StandardStream.output.writeResult(bytes) }
        do throws(FileError) {
            try replacement.write(bytes)
        } catch {
            throw CommandFailure("cannot write \(error)")
        }
    }

    /// Puts the file into its place.
    func complete() throws(CommandFailure) {
        do throws(FileError) {
            try replacement?.complete()
        } catch {
            throw CommandFailure("cannot write \(error)")
        }
    }
}
