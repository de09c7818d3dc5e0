import Glibc

/// Why a program could not be run.
package enum ProgramRunError: Error, Sendable, Equatable {
    /// There is no such program, by its path or in `$PATH`.
    case notFound
    /// The system refused; its `errno`.
    case system(code: Int32)
    /// The program printed more than the limit; it was ended.
    case tooMuchOutput(byteLimit: Int)
}

/// A program that is run to its end.
package enum ProgramRun {
    /// The end of a program.
    package struct Result: Sendable, Equatable {
        /// The program's standard output.
        package let output: [UInt8]
        /// The exit status, or minus the number of the signal that ended it.
        package let status: Int32
    }

    /// Runs a program and waits for its end; standard error stays that of this process.
    ///
    /// - Parameters:
    ///   - command: a path, or a name to look up in `$PATH`.
    ///   - arguments: the arguments after the name.
    ///   - environment: variables that are added to those of this process, in order; later ones win.
    ///   - readsInput: whether the program gets the standard input of this process, and an empty one otherwise.
    ///   - byteLimit: the most output, in bytes.
    /// - Returns: the output and the status.
    /// - Throws: ``ProgramRunError``.
    package static func run(
        _ command: String,
        _ arguments: [String],
        environment: [(name: String, value: String)],
        readsInput: Bool,
        byteLimit: Int
    ) throws(ProgramRunError) -> Result {
        let pipe = try OutputPipe()
        let process = try spawn(command, arguments, merged(environment), readsInput: readsInput, output: pipe.writeEnd)
        pipe.closeWriteEnd()
        do throws(ProgramRunError) {
            let output = try pipe.read(byteLimit: byteLimit)
            return Result(output: output, status: waitForEnd(of: process))
        } catch {
            // A program whose output nobody reads any more would wait for ever.
            kill(process, SIGKILL)
            _ = waitForEnd(of: process)
            throw error
        }
    }

    /// Waits for the end of a program; the exit status, or minus the number of the signal that ended it.
    private static func waitForEnd(of process: pid_t) -> Int32 {
        var status: Int32 = 0
        // Safety: the call writes one number, which lives until it returns.
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }

    /// The environment of this process with variables replaced or added, as `NAME=VALUE`.
    private static func merged(_ additions: [(name: String, value: String)]) -> [String] {
        // Safety: nothing changes the environment while the program runs; the list ends with a null pointer.
        var lines = unsafe EnvironmentVariable.lines(in: environ)
        for (name, value) in additions {
            lines.removeAll { $0.utf8.starts(with: "\(name)=".utf8) }
            lines.append("\(name)=\(value)")
        }
        return lines
    }

    private static func spawn(
        _ command: String,
        _ arguments: [String],
        _ environment: [String],
        readsInput: Bool,
        output: Int32
    ) throws(ProgramRunError) -> pid_t {
        // Safety: the actions are made, used and destroyed here.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if !readsInput { unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        // This process ignores broken pipes; the program decides for itself.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        // Safety: the call reads the copied strings, which are freed after it.
        let words = unsafe ([command] + arguments).map { (text: String) in unsafe SystemPath.withBytes(of: text) { unsafe strdup($0) } }
        let variables = unsafe environment.map { (text: String) in unsafe SystemPath.withBytes(of: text) { unsafe strdup($0) } }
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe SystemPath.withBytes(of: command) {
            unsafe posix_spawnp(&process, $0, &actions, &attributes, words + [nil], variables + [nil])
        }
        switch code {
        case 0: return process
        case ENOENT: throw .notFound
        default: throw .system(code: code)
        }
    }
}

/// The pipe that a program writes to; both ends are closed when a program is executed, or at the end.
private final class OutputPipe {
    private let readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws(ProgramRunError) {
        var ends: [Int32] = [-1, -1]
        // Safety: the call writes two numbers, which live until it returns.
        guard unsafe pipe(&ends) == 0 else { throw .system(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// Reads until the program closes its end.
    func read(byteLimit: Int) throws(ProgramRunError) -> [UInt8] {
        do throws(FileError) {
            return try FileContents.read(readEnd, named: "pipe", byteLimit: byteLimit)
        } catch .system(_, let code) {
            throw .system(code: code)
        } catch {
            throw .tooMuchOutput(byteLimit: byteLimit)
        }
    }
}
