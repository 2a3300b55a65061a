using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The mean squared error.</summary>
        /// <param name="reduction">What is done to the losses of the single elements.</param>
        public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

        /// <summary>The negative log-likelihood of classes, given log-probabilities.</summary>
        /// <param name="weight">A weight for each class.</param>
        /// <param name="reduction">What is done to the losses of the single elements.</param>
        public static NLLLoss NLLLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) => new(weight, reduction);

        /// <summary>The binary cross entropy of logits and targets in 0 to 1.</summary>
        /// <param name="weight">A weight for each element.</param>
        /// <param name="reduction">What is done to the losses of the single elements.</param>
        /// <param name="pos_weights">A weight of positive targets for each class.</param>
        public static BCEWithLogitsLoss BCEWithLogitsLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
            new(weight, reduction, pos_weights);

        /// <summary>The cross entropy of logits and classes, or class probabilities.</summary>
        /// <param name="weight">A weight for each class.</param>
        /// <param name="ignore_index">Targets of this class add nothing to the loss; -100 where null.</param>
        /// <param name="reduction">What is done to the losses of the single elements.</param>
        public static CrossEntropyLoss CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, Reduction reduction = Reduction.Mean) =>
            new(weight, ignore_index, reduction);
    }
}
