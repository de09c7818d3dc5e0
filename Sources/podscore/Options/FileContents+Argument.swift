import Platform

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
