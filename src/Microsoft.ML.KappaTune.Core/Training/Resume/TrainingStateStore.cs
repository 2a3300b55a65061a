using System.Globalization;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Training.Optimization;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>
/// Keeps and restores the training state of a run: everything that trained, the weights it may return to, the optimizer, and where the
/// run is. Random generators and the order of the data aren't in it: both follow from the seed and the step.
/// </summary>
internal sealed class TrainingStateStore<TState> : IDisposable where TState : TrainingState, new()
{
    private const int Schema = 4;
    private const string StateFile = "state.json", TensorsFile = "tensors.safetensors", Trained = "trained/",
        Remedy = "Delete the training state, and train anew.";

    /// <summary>On one line: it is written often, and has a number for each step.</summary>
    private static readonly JsonSerializerOptions Json = new(MatrixJson.Options) { WriteIndented = false };

    private readonly StateFolder _folder;
    private readonly SortedDictionary<string, string> _identity;
    private readonly IReadOnlyDictionary<string, IdentityLabel>? _labels;
    private readonly string _device;
    private readonly int _threads;
    private readonly string? _savedFolder;
    private readonly SavedRun? _saved;

    /// <param name="identity">Everything that decides what the run computes, by name.</param>
    /// <param name="labels">What to call parts of it that are hashes.</param>
    /// <param name="resume">Whether to go on from the state that is there; if not, the first one that is saved replaces it.</param>
    /// <exception cref="TrainingStateMismatchException">There is a state to resume, of another run.</exception>
    /// <exception cref="CheckpointFormatException">There is a state to resume, which is damaged.</exception>
    /// <exception cref="IOException">Another run uses the folder, or it can't be written.</exception>
    public TrainingStateStore(
        string path, SortedDictionary<string, string> identity, Device device, int threads, bool resume,
        IReadOnlyDictionary<string, IdentityLabel>? labels = null)
    {
        (_identity, _labels, _device, _threads) = (identity, labels, device.ToString(), threads);
        _folder = new(path);
        try
        {
            if (!resume || _folder.Open() is not { } saved)
                return;
            _savedFolder = saved;
            _saved = Read(Path.Combine(saved, StateFile));
            RequireSame(_saved, path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether a state is there, to be resumed or not.</summary>
    public bool HasState => _folder.HasState;

    /// <summary>The state that is resumed; null where none is.</summary>
    public TState? Saved => _saved?.State;

    /// <summary>Sets weights and optimizer to what they were in the state that is resumed. Does nothing where none is.</summary>
    public void Restore(TrainedWeights weights, FlatAdamW optimizer)
    {
        if (_saved is null)
            return;
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_savedFolder!, TensorsFile));
        Dictionary<string, TensorView> tensors = StateTensors.ByName(file);
        using var scope = NewDisposeScope();
        weights.Restore([.. weights.All.Select(weight => StateTensors.Load(tensors[Trained + weight.Name]))]);
        OptimizerState.Restore(weights, optimizer, tensors, _saved.OptimizerSteps);
        foreach ((string name, int count) in _saved.TensorCounts)
        {
            _saved.State.SetTensors(
                name, [.. Enumerable.Range(0, count).Select(i => StateTensors.Load(tensors[NameOf(name, i)]).DetachFromDisposeScope())]);
        }
    }

    /// <summary>Log lines about what may make the rest of the run differ in its last bits.</summary>
    public IEnumerable<string> Differences()
    {
        const string So = "the result can differ from an uninterrupted run's in its last bits.";
        if (_saved is { } run && run.Threads != _threads)
            yield return $"The run had {run.Threads} threads before and has {_threads} now: {So}";
        if (_saved is { } other && other.Device != _device)
            yield return $"The run was on {other.Device} before and is on {_device} now: {So}";
    }

    /// <summary>Replaces the state.</summary>
    public void Save(TState state, TrainedWeights weights, FlatAdamW optimizer) => _folder.Write(folder =>
    {
        using var scope = NewDisposeScope();
        var run = new SavedRun
        {
            Schema = Schema,
            Identity = _identity,
            Labels = _labels,
            Device = _device,
            Threads = _threads,
            OptimizerSteps = OptimizerState.Steps(optimizer),
            TensorCounts = state.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Count),
            State = state,
        };
        AtomicFile.Write(Path.Combine(folder, StateFile), stream => JsonSerializer.Serialize(stream, run, Json));
        IEnumerable<TensorSource> kept = state.Tensors.SelectMany(
            pair => pair.Value.Select((tensor, i) => StateTensors.Source(NameOf(pair.Key, i), tensor)));
        SafetensorsWriter.Write(
            Path.Combine(folder, TensorsFile),
            [
                .. weights.All.Select(weight => StateTensors.Source(Trained + weight.Name, weight.Master)), .. kept,
                .. OptimizerState.Sources(weights, optimizer),
            ]);
    });

    /// <summary>Removes folder and state: the run has ended.</summary>
    public void Remove()
    {
        Dispose();
        Directory.Delete(_folder.Path, recursive: true);
    }

    public void Dispose() => _folder.Dispose();

    private void RequireSame(SavedRun saved, string folder)
    {
        foreach (string name in _identity.Keys.Union(saved.Identity.Keys, StringComparer.Ordinal))
        {
            string before = saved.Identity.GetValueOrDefault(name, "unknown"), now = _identity.GetValueOrDefault(name, "unknown");
            if (before == now)
                continue;
            throw saved.Labels?.GetValueOrDefault(name) is { } was && _labels?.GetValueOrDefault(name) is { } label
                ? new TrainingStateMismatchException(
                    folder, label.What, was.Name, label.Name == was.Name ? $"{label.Name} with other content" : label.Name)
                : new TrainingStateMismatchException(folder, name, before, now);
        }
    }

    /// <summary>The name in the file of one of a state's own tensors.</summary>
    private static string NameOf(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}/{index}");

    private static SavedRun Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            SavedRun run = JsonSerializer.Deserialize<SavedRun>(stream, Json)!;
            return run.Schema == Schema ? run : throw new CheckpointFormatException(
                file, $"it is {run.Schema}; this version reads {Schema}", Remedy, field: "schema");
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(file, "it isn't a training state of this version", Remedy, innerException: e);
        }
    }

    private sealed record SavedRun
    {
        public required int Schema { get; init; }
        public required SortedDictionary<string, string> Identity { get; init; }
        public IReadOnlyDictionary<string, IdentityLabel>? Labels { get; init; }
        public required string Device { get; init; }
        public required int Threads { get; init; }
        public required long[] OptimizerSteps { get; init; }
        public required Dictionary<string, int> TensorCounts { get; init; }
        public required TState State { get; init; }
    }
}

/// <summary>What people call a part of a run's identity that is compared by its hash.</summary>
/// <param name="What">What it is: the name of the option that says which.</param>
/// <param name="Name">Which one it is.</param>
internal sealed record IdentityLabel(string What, string Name);
