import ArgumentParser
import KubernetesAPI
import Platform

/// The file with options for `scan`.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read options from this file instead of .podscore.yaml in the working directory or above it in the repository.",
            valueName: "file"
        ),
        completion: .file()
    )
    var config: String?

    @Flag(name: .long, help: "Read no file with options.")
    var noConfig = false

    @Flag(name: .long, help: "Print the options in use and their origin, and exit.")
    var showConfig = false

    /// The name of the file that is searched for.
    static let fileName = ".podscore.yaml"
    /// The largest file, in bytes.
    private static let byteLimit = 1024 * 1024

    /// Rejects options that contradict each other.
    func validate() throws {
        guard config == nil || !noConfig else { throw ValidationError("--config cannot be combined with --no-config") }
    }

    /// Reads the options; `nil` if there is no file or none is wanted.
    func load() throws(CommandFailure) -> ScanConfiguration? {
        guard !noConfig, let file = config ?? Self.found() else { return nil }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.readRegular(file, byteLimit: Self.byteLimit)
        } catch {
            throw CommandFailure("cannot read the configuration: \(error)")
        }
        return try ScanConfiguration(parsing: bytes, file: file)
    }

    /// The file in the working directory or the nearest directory above it, up to the root of the repository.
    ///
    /// Outside of a repository only the working directory counts: a file in a shared directory above, such as `/tmp`, may be anybody's.
    private static func found() -> String? {
        guard let start = try? FilePaths.absolute(".") else { return nil }
        if exists(fileName) { return fileName }
        var nearest: String?
        var directory = start
        while true {
            let prefix = directory == "/" ? "/" : directory + "/"
            if nearest == nil, exists(prefix + fileName) { nearest = prefix + fileName }
            if exists(prefix + ".git") { return nearest }
            guard directory != "/", let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
            directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
        }
    }

    private static func exists(_ path: String) -> Bool { (try? FileEntry(at: path)) != nil }
}
