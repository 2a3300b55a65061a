using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>A model in training, between two epochs.</summary>
/// <param name="Epoch">Epochs that ended: 0 before the first step.</param>
/// <param name="Model">The model, which goes on training afterwards; adapters are beside its weights.</param>
/// <param name="Training">What it does on the training rows, without dropout.</param>
/// <param name="Validation">What it does on the validation rows; null where there are none.</param>
internal sealed record EpochSnapshot(int Epoch, SequenceClassifier Model, ValidationResult Training, ValidationResult? Validation);
