import ArgumentParser
import Fixes
import KubernetesAPI
import Manifests
import Platform
import Scanning

/// The command `podscore fix PATH…`.
struct FixCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "fix",
        // Parsed alone, the command would otherwise count as a program, for which the parser first looks for completion scripts.
        _superCommandName: "podscore",
        abstract: "Edit manifests so that they reach a score.",
        discussion: """
            PATH is a file or a directory as for scan, or - for standard input. Without
            --write, prints a unified diff that patch -p0 applies, with each change and
            its class. With -, the fixed manifest goes to standard output, and the
            changes to standard error.

            Only the fields of the fixes change: comments, order, quotes, indentation,
            line breaks and anchors stay. Each fixed text is read and scored again
            first; an edit that would change anything else is left out, and said.

            Classes: manifest (programs do not notice), application (check that the
            program can do without), image (the image must fit: numeric user), value
            (only you know it: written as YOUR-…), node (nodes must support it).

            With --minimum-score, --require, --forbid, --standard or --policy, only what
            these need is changed, the safest class first. Otherwise everything of the
            classes. A policy's strongest level counts. A placeholder YOUR-… counts as
            not fixed until you replace it.

            With --write, a file that changed in the meantime stops the run before the
            first write. Each file is replaced as a whole and keeps its mode and owner.

            Exit status 0 if everything asked for is reached. 1 if it is not: the output
            names what is missing. 2 if input is invalid; such a file stays as it is.

            Examples:
              podscore fix pod.yaml
              podscore fix --write --minimum-score 9 deploy/
              podscore fix --class manifest,application,image,value pod.yaml
              podscore fix --standard restricted --class manifest,application,image deploy/
              helm template chart | podscore fix - | kubectl apply -f -
            """
    )

    @Argument(help: ArgumentHelp("Files or directories with manifests; - is standard input.", valueName: "path"), completion: .file())
    var paths: [String]

    @Flag(name: .long, help: "Replace the files instead of printing a diff.")
    var write = false

    @OptionGroup var classes: FixClassOptions

    @OptionGroup var selection: FileSelectionOptions

    @OptionGroup(title: "Goal") var goal: FixGoalOptions

    /// Rejects standard input beside files, and with `--write`.
    func validate() throws {
        guard paths.contains("-") else { return }
        guard paths.count == 1 else { throw ValidationError("- cannot be combined with other paths") }
        guard !write else { throw ValidationError("--write needs files; with - the fixed manifest goes to standard output") }
    }

    /// Fixes the manifests one after the other.
    mutating func run() throws {
        let goal = try goal.goal()
        let fixer = ManifestFixer(planner: FixPlanner(goal: goal, classes: classes.chosen))
        var run = FixRun(fixer: fixer, writesFiles: write, hasDemands: goal.hasDemands)
        for item in ManifestFiles(paths, selecting: selection.selection) { try run.fix(item) }
        let status = try run.finish()
        guard status == 0 else { throw ExitCode(status) }
    }
}

/// The state of the command between two files.
private struct FixRun {
    private let fixer: ManifestFixer
    private let writesFiles: Bool
    private let hasDemands: Bool
    private var files: [FixedFiles.File] = []
    /// The files that were seen, with links resolved, so that none is fixed twice.
    private var seen: Set<String> = []
    private var objectCount = 0
    private var status: Int32 = 0

    init(fixer: ManifestFixer, writesFiles: Bool, hasDemands: Bool) {
        self.fixer = fixer
        self.writesFiles = writesFiles
        self.hasDemands = hasDemands
    }

    /// Fixes a file or standard input.
    mutating func fix(_ item: ManifestFiles.Item) throws {
        switch item {
        case .standardInput:
            guard let bytes = read(item) else { return }
            let fixed = fixer.fix(bytes, named: ManifestScan.standardInputName)
            report(fixed)
            StandardStream.error.write(lines: fixed.objects.flatMap(\.lines))
            try StandardStream.output.writeResult(fixed.text.bytes)
        case .named(let path):
            guard isNew(path), let bytes = read(item) else { return }
            try show(fixer.fix(bytes, named: SystemPath.display(path), from: .named(path: path)), of: path)
        case .found(let file, let isInChart):
            guard isNew(file.path), let bytes = read(item) else { return }
            try show(fixer.fix(bytes, named: SystemPath.display(file.path), from: .found(isInChart: isInChart)), of: file.path)
        case .chart(let directory):
            let (name, reason) = (SystemPath.display(directory), HelmChart.skipReason(of: directory))
            StandardStream.error.write(lines: ["podscore: note: \(name) is skipped: \(reason)"])
        case .empty(let path, let reason): reject("\(SystemPath.display(path)) \(reason)")
        case .unreadable(let path, let reason): reject("cannot read \(SystemPath.display(path)): \(reason)")
        case .skipped(let path, let reason):
            StandardStream.error.write(lines: ["podscore: note: \(SystemPath.display(path)) is skipped: \(reason)"])
        }
    }

    private mutating func read(_ item: ManifestFiles.Item) -> [UInt8]? {
        do throws(FileError) {
            return try item.contents(byteLimit: ManifestScan.byteLimit)
        } catch {
            reject("cannot read \(error)")
            return nil
        }
    }

    /// Writes the files, and returns the exit status.
    mutating func finish() throws -> Int32 {
        if writesFiles, !files.isEmpty {
            do {
                try FixedFiles(files).write()
            } catch {
                throw CommandFailure("\(error)")
            }
            StandardStream.error.write(lines: ["podscore: wrote \(files.count) \(files.count == 1 ? "file" : "files")"])
        }
        if objectCount == 0, status == 0 {
            StandardStream.error.write(lines: ["podscore: nothing to score was found"])
            return hasDemands ? ExitStatus.invalid : 0
        }
        return status
    }

    private mutating func isNew(_ path: String) -> Bool {
        seen.insert((try? FilePaths.resolved(path)) ?? path).inserted
    }

    private mutating func reject(_ problem: String) {
        StandardStream.error.write(lines: ["podscore: \(problem)"])
        status = ExitStatus.invalid
    }

    /// Counts the objects of a text, and reports why it stays as it is.
    private mutating func report(_ manifest: FixedManifest) {
        objectCount += manifest.objects.count
        if !manifest.isReached { status = max(status, ExitStatus.failed) }
        guard !manifest.problems.isEmpty else { return }
        StandardStream.error.write(lines: manifest.problems + ["podscore: \(manifest.name) is invalid and stays as it is"])
        status = ExitStatus.invalid
    }

    /// Prints the changes of a file, with the difference unless the file is to be written.
    private mutating func show(_ manifest: FixedManifest, of path: String) throws {
        report(manifest)
        let objects = manifest.objects.filter { !$0.changes.isEmpty || !$0.isReached || !$0.placeholders.isEmpty }
        if !objects.isEmpty {
            let lines = ["# \(manifest.name)"] + objects.flatMap(\.lines).map { "# \($0)" }
            try StandardStream.output.writeResult(VisibleText.lines(lines))
        }
        guard manifest.text.isChanged else { return }
        guard !writesFiles else {
            files.append(FixedFiles.File(path: path, original: manifest.text.original, fixed: manifest.text.bytes))
            return
        }
        let diff = UnifiedDiff.text(of: manifest.text, named: manifest.name)
        try StandardStream.output.isTerminal ? Self.showOnTerminal(diff) : StandardStream.output.writeResult(diff)
    }

    /// Prints a difference with all characters visible, because it repeats texts from outside.
    private static func showOnTerminal(_ diff: [UInt8]) throws {
        let lines = diff.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        let visible = lines.map { line in
            VisibleText.of(String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)) + "\n"
        }
        try StandardStream.output.writeResult(visible.joined())
    }
}
