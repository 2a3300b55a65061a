using System.CommandLine.Parsing;

namespace KappaTune.Cli.Files;

/// <summary>
/// The files that a command line names. What is wrong with one is found before any work: an input that isn't there, an output that has no
/// place, an output that would overwrite an input or another output, a standard stream that is named where it can't be.
/// </summary>
internal sealed class CommandFiles : IDisposable
{
    /// <summary>What stands for standard input and output.</summary>
    public const string Pipe = "-";

    private readonly ParseResult _result;
    private readonly Dictionary<Symbol, string[]> _inputs = [];
    private readonly NamedFile[] _reads;
    private readonly Symbol[] _texts;
    private BufferedInputs? _buffers;

    /// <param name="reads">Options and arguments of files that are read.</param>
    /// <param name="writes">Those of files that are written.</param>
    /// <param name="models">Those of models, which are folders or files, and which some names stand for.</param>
    /// <param name="folders">Those of folders that are written into.</param>
    /// <param name="caches">Those of folders that a command does without where nothing can be written into them.</param>
    /// <param name="texts">Those of control texts, which are files that are read, or a name of <see cref="RetentionTexts"/>.</param>
    /// <param name="recordings">Those of files that are read one by one; what is wrong with one is told then.</param>
    /// <exception cref="UnusableFileException">A file can't be what it is to be.</exception>
    public CommandFiles(
        ParseResult result, Symbol[]? reads = null, Symbol[]? writes = null, Symbol[]? models = null, Symbol[]? folders = null,
        Symbol[]? caches = null, Symbol[]? texts = null, Symbol[]? recordings = null)
    {
        _result = result;
        _texts = texts ?? [];
        NamedFile[] inputs = [.. Named(reads), .. Named(texts).Where(text => !IsBuiltIn(text))];
        NamedFile[] heard = Named(recordings), outputs = Named(writes, areOutputs: true), bases = Named(models), places = Named(folders);
        _reads = inputs;
        foreach (NamedFile folder in (NamedFile[])[.. bases, .. places, .. Named(caches)])
            folder.RequireNoStream();
        foreach (NamedFile folder in places)
        {
            folder.RequireWritableFolder();
            if (bases.FirstOrDefault(model => !BuiltInModels.Contain(model.Path) && folder.IsFolderOf(model)) is { } read)
                throw new UnusableFileException($"{folder} is where {read} is, which the same command reads. Name another folder.");
        }

        RequireOnce(inputs.Concat(heard).Where(input => input.IsStream), "read", "standard input");
        RequireOnce(outputs.Where(output => output.IsStream), "written", "standard output");
        foreach (NamedFile input in inputs)
            input.RequireReadable();
        NamedFile[] onDisk = [.. inputs, .. heard, .. bases.Where(model => !BuiltInModels.Contain(model.Path))];
        foreach ((int i, NamedFile output) in outputs.Index())
        {
            output.RequireWritable();
            foreach (NamedFile input in onDisk)
            {
                if (output.Overwrites(input))
                    throw new UnusableFileException($"{output} would overwrite {input}, which the same command reads. Name another file.");
            }

            if (outputs.Take(i).FirstOrDefault(other => other.Overwrites(output)) is { } same)
                throw new UnusableFileException($"{output} and {same} are the same file. Name two.");
        }

        // What people read goes elsewhere where a program reads a file from standard output.
        Text = outputs.Any(output => output.IsStream) ? result.InvocationConfiguration.Error : result.InvocationConfiguration.Output;
    }

    /// <summary>Where what people read goes.</summary>
    public TextWriter Text { get; }

    /// <summary>
    /// The path of a file to read, any number of times: what can be read only once is first kept in a file. Null where none is named.
    /// </summary>
    public string? Input(Symbol symbol) => Inputs(symbol).SingleOrDefault();

    /// <summary>The paths of files to read, as <see cref="Input"/> gives each.</summary>
    public string[] Inputs(Symbol symbol)
    {
        if (_inputs.TryGetValue(symbol, out string[]? known))
            return known;
        string[] paths = [.. Named([symbol]).Select(file => _texts.Contains(symbol) && IsBuiltIn(file) ? BuiltIn(file)
            : file.CanBeReadAgain ? file.Path
            : (_buffers ??= new()).Keep(file))];
        _inputs.Add(symbol, paths);
        return paths;
    }

    private static bool IsBuiltIn(NamedFile text) => text.Path == RetentionTexts.English;

    /// <summary>The name by which the library finds a text that comes along.</summary>
    private string BuiltIn(NamedFile text)
    {
        if (Path.Exists(text.Path))
        {
            _result.InvocationConfiguration.Error.WriteLine(
                $"{text} is the text that comes along here; the file in this folder by that name is ./{text.Path}");
        }

        return text.Path;
    }

    /// <summary>A model's folder or file, or that of the built-in one that is named; null where none is.</summary>
    /// <exception cref="FormatException">The files of a built-in model can't be written.</exception>
    public string? Model(Symbol symbol) => Model(symbol, BuiltInModels.Find);

    /// <summary>The same for a model that is tuned: a built-in one's name where the library finds it by that.</summary>
    /// <exception cref="FormatException">The files of a built-in model can't be written.</exception>
    public string? TunedFrom(Symbol symbol) => Model(symbol, BuiltInModels.FindReference);

    private string? Model(Symbol symbol, Func<string, string?> find)
    {
        if (Named([symbol]).SingleOrDefault() is not { } model)
            return null;
        if (find(model.Path) is not { } place)
            return model.Path;
        if (Path.Exists(model.Path))
        {
            _result.InvocationConfiguration.Error.WriteLine(
                $"{model} is the built-in model here; what lies in this folder by that name is ./{model.Path}");
        }

        return place;
    }

    /// <summary>The path of a file to write; null where none is named.</summary>
    public string? Output(Symbol symbol) => Named([symbol], areOutputs: true).SingleOrDefault()?.Place;

    /// <summary>Whether what is written goes to standard output.</summary>
    public bool IsStream(Symbol symbol) => Named([symbol], areOutputs: true).Any(file => file.IsStream);

    /// <summary>For commands whose processes all read the files, also when they go on another day.</summary>
    /// <exception cref="UnusableFileException">A file can be read once only.</exception>
    public void RequireSeveralReaders()
    {
        if (_reads.FirstOrDefault(input => !input.CanBeReadAgain) is { } once)
            throw new UnusableFileException($"{once} is there once, and is read several times. Name a file.");
    }

    /// <summary>Opens a file that is read once, from its beginning to its end: rows of a pipe are there as they come.</summary>
    public Stream Open(Symbol symbol) => Named([symbol]).Single().Open();

    public void Dispose() => _buffers?.Dispose();

    private NamedFile[] Named(IEnumerable<Symbol>? symbols, bool areOutputs = false) =>
    [
        .. from symbol in symbols ?? []
           let tokens = TokensOf(symbol)
           from token in tokens
           select token.Value.Length > 0
               ? new NamedFile(symbol, token.Value, areOutputs)
               : throw new UnusableFileException($"{symbol.Name}: the name is empty. Name a file or a folder."),
    ];

    private IReadOnlyList<Token> TokensOf(Symbol symbol) => symbol switch
    {
        Option option => _result.GetResult(option)?.Tokens ?? [],
        Argument argument => _result.GetResult(argument)?.Tokens ?? [],
        _ => throw new ArgumentException($"{symbol.Name} has no value.", nameof(symbol)),
    };

    private static void RequireOnce(IEnumerable<NamedFile> streams, string done, string stream)
    {
        NamedFile[] several = [.. streams];
        if (several.Length > 1)
        {
            throw new UnusableFileException(
                $"{several[0].Option} and {several[1].Option} both name {stream}, which can be {done} once. Name a file for one.");
        }
    }
}
