namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static unsafe partial class functional
        {
            /// <summary>-log of the probability that softmax gives the target.</summary>
            /// <param name="input">Scores, [n, classes] or [n, classes, ...].</param>
            /// <param name="target">Numbers of classes, [n, ...], or probabilities of the input's shape.</param>
            /// <param name="weight">Weight of each class.</param>
            /// <param name="ignore_index">A target that doesn't count.</param>
            /// <param name="reduction">What happens to the losses of the elements.</param>
            /// <param name="label_smoothing">Part of the target spread over all classes, 0 to 1.</param>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                Native.Tensor(Native.ts_cross_entropy(
                    input.SafeHandle, target.SafeHandle, Tensor.Optional(weight), ignore_index, (long)reduction, label_smoothing));

            /// <summary>-input at the target: the loss of log probabilities. A target of -100 doesn't count.</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_nll_loss(input.SafeHandle, target.SafeHandle, Tensor.Optional(weight), (long)reduction));

            /// <summary>Square of the difference.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_mse_loss(input.SafeHandle, target.SafeHandle, (long)reduction));

            /// <summary>Absolute value of the difference.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_l1_loss(input.SafeHandle, target.SafeHandle, (long)reduction));

            /// <summary>
            /// Half the square of the difference over beta where that is below beta, else its absolute value less beta / 2.
            /// </summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
                Native.Tensor(Native.ts_smooth_l1_loss(input.SafeHandle, target.SafeHandle, (long)reduction, beta));

            /// <summary>Half the square of the difference where that is below delta, else linear.</summary>
            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_huber_loss(input.SafeHandle, target.SafeHandle, (long)reduction, delta));

            /// <summary>target * (log(target) - input), where input (and target, unless said otherwise) are log probabilities.</summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_kl_div(input.SafeHandle, target.SafeHandle, (long)reduction, log_target));

            /// <summary>-log of the probability given to the target, of probabilities.</summary>
            public static Tensor binary_cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Native.Tensor(Native.ts_binary_cross_entropy(
                    input.SafeHandle, target.SafeHandle, Tensor.Optional(weight), (long)reduction));

            /// <summary>-log of the probability that sigmoid gives the target, of scores.</summary>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Native.Tensor(Native.ts_binary_cross_entropy_with_logits(
                    input.SafeHandle, target.SafeHandle, Tensor.Optional(weight), Tensor.Optional(pos_weights), (long)reduction));
        }
    }
}
