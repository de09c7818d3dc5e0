import KubernetesAPI
import Platform
import PolicySources
import Reports

/// Why a command failed.
struct CommandFailure: Error {
    /// The text for standard error, in whole lines.
    let text: String
    /// The problems, one per line, without the program's name.
    let lines: [String]
    /// The exit status of the program.
    let status: Int32

    /// A failure that one line explains, with what to do about it.
    init(_ message: String, status: Int32 = ExitStatus.invalid) {
        text = "podscore: \(VisibleText.of(SystemPath.display(message)))\n"
        lines = [message]
        self.status = status
    }

    /// A failure with its own lines, such as `FILE:LINE:COLUMN: problem`.
    init(lines: [String], status: Int32 = ExitStatus.invalid) {
        text = VisibleText.lines(lines.map(SystemPath.display))
        self.lines = lines
        self.status = status
    }

    /// A failure to load policies; each invalid place has its own line.
    init(_ error: PolicyLoadingError) {
        switch error {
        case .unreadable(let reason): self.init(reason)
        case .rejected(let files): self.init(lines: files.lines)
        }
    }
}

/// The exit statuses of the commands.
enum ExitStatus {
    /// Something is denied, is below the minimum score or lacks a required control.
    static let failed: Int32 = 1
    /// The input, a policy or the arguments are invalid or cannot be read.
    static let invalid: Int32 = 2
}

extension StandardStream {
    /// The width for texts that wrap: that of the terminal, within reason, or the usual one.
    var textWidth: Int { columns.map { min(max($0, 40), 160) } ?? WrappedText.width }

    /// Writes a result; throws if that fails, so that nobody mistakes an empty report for a good one.
    func writeResult(_ bytes: [UInt8]) throws {
        guard write(bytes) else { throw CommandFailure("cannot write the result to standard output") }
    }

    /// Writes lines with all characters visible and no command for a runner, because most lines repeat names from outside.
    func write(lines: [String]) {
        write(VisibleText.lines(lines.map(SystemPath.display)))
    }

    /// Writes a result; throws if that fails.
    func writeResult(_ text: String) throws {
        try writeResult(Array(text.utf8))
    }
}

extension FileContents {
    /// Reads a file named on the command line; `-` is standard input.
    static func read(argument file: String, byteLimit: Int) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return file == "-" ? try readStandardInput(byteLimit: byteLimit) : try read(file, byteLimit: byteLimit)
        } catch {
            throw CommandFailure("cannot read \(error)")
        }
    }
}
