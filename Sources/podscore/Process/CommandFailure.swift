import KubernetesAPI
import Platform
import PolicySources

/// Why a command could not do its work.
struct CommandFailure: Error {
    /// What goes to the standard error stream, whole lines.
    let text: String
    /// What went wrong, a line each, without the program's name.
    let lines: [String]
    /// The status with which the program ends.
    let status: Int32

    /// A failure that one line explains, what to do about it included.
    init(_ message: String, status: Int32 = ExitStatus.broken) {
        text = "podscore: \(VisibleText.of(message))\n"
        lines = [message]
        self.status = status
    }

    /// A failure that was explained in lines of its own.
    init(lines: [String], status: Int32 = ExitStatus.broken) {
        text = lines.map { VisibleText.of($0) + "\n" }.joined()
        self.lines = lines
        self.status = status
    }

    /// A failure to load policies: what is wrong with them is explained in lines of their own.
    init(_ error: PolicyLoadingError) {
        switch error {
        case .unreadable(let reason): self.init(reason)
        case .rejected(let files): self.init(lines: files.lines)
        }
    }
}

/// The statuses with which commands end.
enum ExitStatus {
    /// Something is denied, scores too low or lacks a required control.
    static let refused: Int32 = 1
    /// Input that cannot be read, a policy that cannot be used, or arguments that are not understood.
    static let broken: Int32 = 2
}

extension StandardStream {
    /// Writes what was asked for; throws where it cannot be written, so that nobody takes an empty report for a good one.
    func writeResult(_ bytes: [UInt8]) throws {
        guard write(bytes) else { throw CommandFailure("cannot write the result to standard output") }
    }

    /// Writes lines with all their characters visible: names from outside are in most of them.
    func write(lines: [String]) {
        write(lines.map { VisibleText.of($0) + "\n" }.joined())
    }

    /// Writes what was asked for; throws where it cannot be written.
    func writeResult(_ text: String) throws {
        try writeResult(Array(text.utf8))
    }
}

extension FileContents {
    /// Reads a file that a command was given, or standard input for `-`.
    static func read(argument file: String, byteLimit: Int) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return file == "-" ? try readStandardInput(byteLimit: byteLimit) : try read(file, byteLimit: byteLimit)
        } catch {
            throw CommandFailure("cannot read \(error)")
        }
    }
}
