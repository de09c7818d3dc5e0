package import Platform

/// Files that were fixed in memory, to be written together.
package struct FixedFiles: Sendable {
    /// A file before and after its fixes.
    package struct File: Sendable {
        /// The path as given or found.
        package let path: String
        /// The content that was read.
        package let original: [UInt8]
        /// The content to write.
        package let fixed: [UInt8]

        /// A file with its fixes.
        package init(path: String, original: [UInt8], fixed: [UInt8]) {
            self.path = path
            self.original = original
            self.fixed = fixed
        }
    }

    /// The files, in the order in which they are written.
    private let files: [File]

    /// Files to write.
    package init(_ files: [File]) {
        self.files = files
    }

    /// Replaces each file as a whole; its mode, its owner and links to it stay.
    ///
    /// Before the first write, all files must be unchanged and writable. `beforeWriting` is called with each path after that check, for tests.
    package func write(beforeWriting: (String) -> Void = { _ in }) throws(FixWritingError) {
        for file in files {
            do throws(FileError) {
                try check(file)
                _ = try FileReplacement(of: file.path, keepsOwner: true)
            } catch {
                throw FixWritingError(error, written: [])
            }
        }
        var written: [String] = []
        for file in files {
            beforeWriting(file.path)
            do throws(FileError) {
                let replacement = try FileReplacement(of: file.path, keepsOwner: true)
                try replacement.write(file.fixed)
                try check(file)
                try replacement.complete()
            } catch {
                throw FixWritingError(error, written: written)
            }
            written.append(file.path)
        }
    }

    /// Throws if a file is no longer the one that was read.
    private func check(_ file: File) throws(FileError) {
        let now = try FileContents.readRegular(file.path, byteLimit: ManifestScan.byteLimit)
        guard now == file.original else { throw .changed(path: file.path) }
    }
}

/// Why fixed files could not be written.
package struct FixWritingError: Error, Sendable, Equatable {
    /// The reason, with the path.
    package let error: FileError
    /// The files that were written before.
    package let written: [String]

    /// A failure after some files.
    init(_ error: FileError, written: [String]) {
        self.error = error
        self.written = written
    }
}

extension FixWritingError: CustomStringConvertible {
    /// The reason, and which files are already written, on one line.
    package var description: String {
        let before = written.isEmpty ? "no file was written" : "already written: \(written.map(SystemPath.display).joined(separator: ", "))"
        return "cannot write \(error); \(before)"
    }
}
