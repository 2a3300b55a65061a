using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>
/// Keeps and restores the state of a run: the plan, everything that trained and the best of it, the optimizer, and where the run is.
/// Random generators and the order of rows aren't in it: both follow from the seed and the place.
/// </summary>
internal sealed class TrainingStates : IDisposable
{
    private const string PlanFile = "plan.json", NumbersFile = "state.json", TensorsFile = "tensors.safetensors",
        Trained = "trained/", Kept = "kept/", Remedy = "Train anew with Resume = false.";

    private readonly StateFolder _folder;
    private readonly SortedDictionary<string, string> _identity;
    private readonly string? _saved;
    private readonly StateDocument? _document;

    private TrainingStates(StateFolder folder, SortedDictionary<string, string> identity, bool resume)
    {
        _folder = folder;
        _identity = identity;
        if (!resume || folder.Open() is not { } saved)
            return;
        _saved = saved;
        _document = Read(Path.Combine(saved, NumbersFile));
        RunIdentity.RequireSame(_document.Identity, identity, folder.Path);
    }

    /// <summary>The plan of the run that is resumed, and the time its scan took; null where none is resumed.</summary>
    public (TuningPlan Plan, TimeSpan ScanTime)? Plan =>
        _saved is null ? null : (TuningPlan.Load(Path.Combine(_saved, PlanFile)), _document!.ScanTime);

    /// <summary>Opens the folder of the options; null where they name none.</summary>
    /// <exception cref="TrainingStateMismatchException">There is a state to resume, of another run.</exception>
    /// <exception cref="CheckpointFormatException">There is a state to resume, which is damaged.</exception>
    /// <exception cref="IOException">Another run uses the folder, or it can't be written.</exception>
    public static TrainingStates? Open(TuningOptions options, SortedDictionary<string, string> identity)
    {
        if (options.CheckpointDirectory is not { } path)
            return null;
        var folder = new StateFolder(path);
        try
        {
            return new(folder, identity, options.Resume);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The numbers of the run that is resumed; those of a new run where none is.</summary>
    public TuningState Restore(TrainedWeights weights)
    {
        if (_saved is null || _document is not { } d)
            return new();
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(_saved, TensorsFile));
        Dictionary<string, TensorView> views = StateTensors.ByName(tensors);
        using var scope = NewDisposeScope();
        weights.Restore([.. weights.All.Select(weight => StateTensors.Load(views[Trained + weight.Name]))]);
        return new TuningState
        {
            Epoch = d.Epoch,
            Step = d.Step,
            StepInEpoch = d.StepInEpoch,
            EpochRows = d.EpochRows,
            EpochLoss = d.EpochLoss,
            EpochTime = d.EpochTime,
            Time = d.Time,
            BestEpoch = d.BestEpoch,
            BestValue = d.BestValue,
            Stop = d.Stop == TuningStop.Cancelled ? null : d.Stop,
            CachedTrainingRows = d.CachedTrainingRows,
            CachedValidationRows = d.CachedValidationRows,
            Losses = d.Losses,
            Epochs = d.Epochs,
            Kept = d.BestEpoch == 0 ? null
                : [.. weights.All.Select(weight => StateTensors.Load(views[Kept + weight.Name]).DetachFromDisposeScope())],
        };
    }

    /// <summary>Restores what the optimizer remembered.</summary>
    public void Restore(TrainedWeights weights, FlatAdamW optimizer)
    {
        if (_saved is null || _document is not { } d)
            return;
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(_saved, TensorsFile));
        OptimizerState.Restore(weights, optimizer, StateTensors.ByName(tensors), d.OptimizerSteps);
    }

    /// <summary>Log lines about what may make the rest of the run differ in its last bits.</summary>
    public IEnumerable<string> Differences(Device device, int threads)
    {
        if (_document is not { } d)
            yield break;
        const string So = "the result can differ from an uninterrupted run's in its last bits.";
        if (d.Threads != threads)
            yield return $"The run had {d.Threads} threads before and has {threads} now: {So}";
        if (d.Device != device.ToString())
            yield return $"The run was on {d.Device} before and is on {device} now: {So}";
    }

    /// <summary>Replaces the state.</summary>
    public void Save(
        TuningPlan plan, TimeSpan scanTime, TuningState state, TrainedWeights weights, FlatAdamW optimizer, Device device, int threads)
    {
        var document = new StateDocument
        {
            Schema = StateDocument.CurrentSchema,
            Identity = _identity,
            Device = device.ToString(),
            Threads = threads,
            ScanTime = scanTime,
            Epoch = state.Epoch,
            Step = state.Step,
            StepInEpoch = state.StepInEpoch,
            EpochRows = state.EpochRows,
            EpochLoss = state.EpochLoss,
            EpochTime = state.EpochTime,
            Time = state.Time,
            BestEpoch = state.BestEpoch,
            BestValue = state.BestValue,
            Stop = state.Stop,
            CachedTrainingRows = state.CachedTrainingRows,
            CachedValidationRows = state.CachedValidationRows,
            OptimizerSteps = OptimizerState.Steps(optimizer),
            Losses = state.Losses,
            Epochs = state.Epochs,
        };
        using var scope = NewDisposeScope();
        _folder.Write(folder =>
        {
            plan.Save(Path.Combine(folder, PlanFile));
            AtomicFile.Write(
                Path.Combine(folder, NumbersFile), stream => JsonSerializer.Serialize(stream, document, StateDocument.Options));
            IEnumerable<TensorSource> trained = weights.All.Select(weight => StateTensors.Source(Trained + weight.Name, weight.Master));
            IEnumerable<TensorSource> kept = state.Kept is null ? []
                : weights.All.Zip(state.Kept, (weight, tensor) => StateTensors.Source(Kept + weight.Name, tensor));
            SafetensorsWriter.Write(
                Path.Combine(folder, TensorsFile), [.. trained, .. kept, .. OptimizerState.Sources(weights, optimizer)]);
        });
    }

    public void Dispose() => _folder.Dispose();

    private static StateDocument Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            StateDocument document = JsonSerializer.Deserialize<StateDocument>(stream, StateDocument.Options)!;
            return document.Schema == StateDocument.CurrentSchema ? document : throw new CheckpointFormatException(
                file, $"it is {document.Schema}; this version reads {StateDocument.CurrentSchema}", Remedy, field: "schema");
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(file, "it isn't a training state", Remedy, innerException: e);
        }
    }
}
