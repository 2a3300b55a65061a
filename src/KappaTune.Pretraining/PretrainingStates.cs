using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Keeps and restores the state of a run. Random generators, the order of windows and the masks aren't in it: all follow from the seed
/// and the step.
/// </summary>
internal sealed class PretrainingStates : IDisposable
{
    private const string NumbersFile = "state.json", TensorsFile = "tensors.safetensors";

    private readonly StateFolder _folder;
    private readonly SortedDictionary<string, string> _identity;
    private readonly string? _saved;
    private readonly SavedRun? _document;

    /// <summary>Opens the folder, and reads the state to go on from, if any.</summary>
    /// <exception cref="InvalidOperationException">There is a state, and it isn't asked to be resumed, or is of another run.</exception>
    /// <exception cref="CheckpointFormatException">The state is damaged.</exception>
    /// <exception cref="IOException">Another run uses the folder, or it can't be written.</exception>
    public PretrainingStates(string path, SortedDictionary<string, string> identity, bool resume)
    {
        _identity = identity;
        _folder = new StateFolder(path);
        try
        {
            _saved = _folder.Open();
            if (_saved is null)
                return;
            if (!resume)
            {
                throw new InvalidOperationException(
                    $"{path} has the state of an unfinished run. Go on from it (--resume), or delete that folder.");
            }

            _document = Read(Path.Combine(_saved, NumbersFile));
            RunIdentity.RequireSame(_document.Identity, identity, path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>The state of the run that is resumed; that of a new run where none is.</summary>
    public PretrainingState Restore(TrainedWeights weights, FlatAdamW optimizer)
    {
        if (_saved is null || _document is null)
            return new();
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(_saved, TensorsFile));
        Dictionary<string, TensorView> views = StateTensors.ByName(tensors);
        using var scope = NewDisposeScope();
        weights.Restore([.. weights.All.Select(weight => StateTensors.Load(views[weight.Name]))]);
        OptimizerState.Restore(weights, optimizer, views, _document.OptimizerSteps);
        return _document.State;
    }

    /// <summary>Replaces the state.</summary>
    public void Save(PretrainingState state, TrainedWeights weights, FlatAdamW optimizer) => _folder.Write(folder =>
    {
        using var scope = NewDisposeScope();
        var document = new SavedRun { Identity = _identity, OptimizerSteps = OptimizerState.Steps(optimizer), State = state };
        AtomicFile.Write(Path.Combine(folder, NumbersFile), stream => JsonSerializer.Serialize(stream, document, StateDocument.Options));
        SafetensorsWriter.Write(
            Path.Combine(folder, TensorsFile),
            [
                .. weights.All.Select(weight => StateTensors.Source(weight.Name, weight.Master)),
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

    private static SavedRun Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<SavedRun>(stream, StateDocument.Options)!;
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(
                file, "it isn't a state of this version", "Delete the state's folder, and train anew.", innerException: e);
        }
    }

    private sealed record SavedRun
    {
        public required SortedDictionary<string, string> Identity { get; init; }
        public required long[] OptimizerSteps { get; init; }
        public required PretrainingState State { get; init; }
    }
}
