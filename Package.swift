// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    // A reader that borrows the bytes it walks is a `~Escapable` value; naming whose bytes is still an experimental spelling.
    .enableExperimentalFeature("Lifetimes"),
]

/// A library target with the project's settings, and its test target.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], testing extra: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: name + "Tests",
            dependencies: [.target(name: name)] + dependencies + extra,
            exclude: excludedResources[name] ?? [],
            swiftSettings: settings
        ),
    ]
}

/// Folders of test data, which the tests read from the source tree.
let excludedResources: [String: [String]] = ["PodScoring": ["Fixtures", "Corpus", "Goldens"], "AdmissionPolicy": ["Cases"]]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]

/// Set by `make fuzz`: the fuzz targets are built into a program for libFuzzer instead of tests.
let isFuzzing = Context.environment["PODSCORE_FUZZ"] != nil

/// What the fuzz targets take apart.
let fuzzed: [Target.Dependency] = [
    "KubernetesAPI", "PodScoring", "AdmissionPolicy", "YAML", "Manifests", "TLS", "WebhookServer", "Metrics", "Platform",
    "PolicySources", "COpenSSL", "CTLSShims", "TestSupport", "Shapes", .product(name: "NIOEmbedded", package: "swift-nio"),
]

/// The same sources as tests and, with `Main` instead of the tests, as the program that libFuzzer drives.
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "podscore-fuzz",
        dependencies: fuzzed + nio,
        path: "Tests/Fuzz",
        exclude: ["FuzzTests.swift", "Regressions", "run"],
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
    )
    : .testTarget(
        name: "FuzzTests",
        dependencies: fuzzed + nio,
        path: "Tests/Fuzz",
        exclude: ["Main", "Regressions", "run"],
        swiftSettings: settings
    )

let package = Package(
    name: "podscore",
    products: [.executable(name: "podscore", targets: ["podscore"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CTLSShims", dependencies: ["COpenSSL"]),
        .target(name: "CProcess"),
    ]
        + module("KubernetesAPI")
        + module("PodScoring", ["KubernetesAPI"], testing: ["YAML"])
        + module("AdmissionPolicy", ["KubernetesAPI", "PodScoring"], testing: ["YAML", "Shapes"])
        + module("RegistrationChecks", ["KubernetesAPI"], testing: ["YAML"])
        + module(
            "Reports",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "RegistrationChecks"],
            testing: ["Manifests", "TestSupport"]
        )
        + module("YAML", ["KubernetesAPI", "CLibYAML"])
        + module("TLS", nio + ["COpenSSL", "CTLSShims"], testing: ["TestSupport", .product(name: "NIOEmbedded", package: "swift-nio")])
        + module("Manifests", ["KubernetesAPI", "YAML", "Platform"])
        + module("Platform", ["CProcess"], testing: ["TestSupport"])
        + module(
            "PolicySources",
            ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "YAML", "TLS", "Platform"],
            testing: ["TestSupport"]
        )
        + module(
            "Scanning",
            nio + ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "Manifests", "Platform"],
            testing: ["TestSupport"]
        )
        + module("Metrics", ["KubernetesAPI", "AdmissionPolicy"])
        + module(
            "WebhookServer",
            nio + [
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
                "KubernetesAPI", "PodScoring", "AdmissionPolicy", "RegistrationChecks", "TLS", "Metrics", "Platform", "PolicySources",
            ],
            testing: ["TestSupport", "YAML", .product(name: "NIOEmbedded", package: "swift-nio")]
        )
        + [
            .executableTarget(
                name: "podscore",
                dependencies: [
                    "KubernetesAPI", "PodScoring", "AdmissionPolicy", "RegistrationChecks", "Reports", "YAML", "TLS", "Manifests",
                    "Metrics", "Platform", "PolicySources", "Scanning", "WebhookServer", "CMalloc",
                    .product(name: "ArgumentParser", package: "swift-argument-parser"),
                    .product(name: "Logging", package: "swift-log"),
                ] + nio,
                swiftSettings: settings
            ),
            .executableTarget(
                name: "podscore-bench",
                dependencies: ["KubernetesAPI", "PodScoring", "AdmissionPolicy", "Shapes"],
                path: "Benchmarks/InProcess",
                swiftSettings: settings
            ),
            // Reviews that are made to cost more than their size, for the benchmarks, the fuzzer and the tests.
            .target(
                name: "Shapes",
                dependencies: ["KubernetesAPI", "PodScoring", "AdmissionPolicy"],
                path: "Tests/Shapes",
                swiftSettings: settings
            ),
            // What `podscore scan` is measured beside: libyaml alone.
            .executableTarget(name: "libyaml-peer", dependencies: ["CLibYAML"], path: "Benchmarks/LibYAMLPeer"),
            // Tells the thread sanitizer of Swift's Mutex; empty without it.
            .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
            // Programs and clients that tests of several modules use.
            .target(
                name: "TestSupport",
                dependencies: ["COpenSSL", "CThreadSanitizer"],
                path: "Tests/TestSupport",
                swiftSettings: settings
            ),
            fuzzing,
            .testTarget(
                name: "PodscoreTests",
                dependencies: [
                    "podscore", "KubernetesAPI", "PodScoring", "AdmissionPolicy", "Reports", "PolicySources", "Scanning", "TestSupport",
                    "WebhookServer",
                    .product(name: "ArgumentParser", package: "swift-argument-parser"),
                ],
                exclude: [
                    "Acceptance/README.md", "Acceptance/expected.json", "Acceptance/hardening.json", "Acceptance/policies",
                    "Acceptance/reviews",
                ],
                swiftSettings: settings
            ),
        ]
)

/// Set by `make test-asan` and `make test-tsan`: the test targets that are to be run, separated by `|`. What none of them needs is left out.
if let wanted = Context.environment["PODSCORE_TESTS"] {
    let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var needed: Set<String> = []
    var found = wanted.split(separator: "|").map(String.init)
    while let name = found.popLast() {
        guard let target = targets[name] else { fatalError("PODSCORE_TESTS: there is no target \(name)") }
        guard needed.insert(name).inserted else { continue }
        for case .byNameItem(let name, _) in target.dependencies { found.append(name) }
        for case .targetItem(let name, _) in target.dependencies { found.append(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll()
}
