using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using TI = TorchSharp.torch.TensorIndex;

namespace TorchSharp.Tests;

/// <summary>A differentiable function, the shapes of its inputs and the range their elements come from.</summary>
internal sealed record GradientCase(string Name, Func<Tensor[], Tensor> Function, double Low, double High, long[][] Shapes);

internal static class GradientCases
{
    private static readonly long[] M = [2, 3];
    private static readonly Tensor Places = tensor(new long[] { 2, 0, 2 }).DetachFromDisposeScope();
    private static readonly Tensor Grid = tensor(new long[,] { { 0, 2, 1 }, { 1, 1, 0 } }).DetachFromDisposeScope();
    private static readonly Tensor Mask = tensor(new[,] { { true, false, true }, { false, true, true } }).DetachFromDisposeScope();
    private static readonly Tensor Classes = tensor(new long[] { 2, 0 }).DetachFromDisposeScope();
    private static readonly Tensor Targets = tensor(new[,] { { 0.1, 0.7, 0.2 }, { 0.5, 0.25, 0.25 } }).DetachFromDisposeScope();

    internal static readonly GradientCase[] All =
    [
        // one operand
        One("abs", x => x.abs(), 0.2, 2), One("abs negative", x => x.abs(), -2, -0.2), One("acos", x => x.acos(), -0.8, 0.8),
        One("asin", x => x.asin(), -0.8, 0.8), One("atan", x => x.atan()), One("cos", x => x.cos()), One("cosh", x => x.cosh()),
        One("digamma", x => x.digamma(), 0.5, 3), One("erf", x => x.erf()), One("erfc", x => x.erfc()),
        One("erfinv", x => x.erfinv(), -0.8, 0.8),
        One("exp", x => x.exp()), One("exp2", x => x.exp2()), One("expm1", x => x.expm1()), One("frac", x => x.frac(), 0.1, 0.9),
        One("lgamma", x => x.lgamma(), 0.5, 3), One("log", x => x.log(), 0.2, 3), One("log10", x => x.log10(), 0.2, 3),
        One("log1p", x => x.log1p(), -0.5, 3), One("log2", x => x.log2(), 0.2, 3), One("neg", x => x.neg()),
        One("negative", x => x.negative()),
        One("reciprocal", x => x.reciprocal(), 0.4, 2), One("relu", x => x.relu(), 0.1, 1), One("relu negative", x => x.relu(), -1, -0.1),
        One("rsqrt", x => x.rsqrt(), 0.3, 2), One("sigmoid", x => x.sigmoid()), One("sin", x => x.sin()), One("sinh", x => x.sinh()),
        One("sqrt", x => x.sqrt(), 0.3, 2), One("square", x => x.square()), One("tan", x => x.tan(), -1, 1), One("tanh", x => x.tanh()),
        One("silu", x => x.silu()), One("gelu", x => x.gelu()), One("log_sigmoid", x => x.log_sigmoid()),
        One("logsigmoid", x => F.logsigmoid(x)),
        One("nan_to_num", x => x.nan_to_num()), One("leaky_relu", x => F.leaky_relu(x), -2, -0.1), One("elu", x => F.elu(x, 1.5), -2, -0.1),
        One("softplus", x => F.softplus(x, 2)), One("clone", x => x.clone()), One("alias", x => x.alias()),
        One("contiguous", x => x.t().contiguous()),

        // two and three operands, broadcast
        Two("add", (a, b) => a.add(b, 2.5)), Two("sub", (a, b) => a - b), Two("subtract", (a, b) => a.subtract(b)),
        Two("mul", (a, b) => a * b),
        Two("multiply", (a, b) => a.multiply(b)), Two("div", (a, b) => a / b, 0.5, 2), Two("pow", (a, b) => a.pow(b), 0.5, 2),
        Two("fmod", (a, b) => (a + 10).fmod(b), 1.2, 1.4), Two("remainder", (a, b) => (a + 10).remainder(b), 1.2, 1.4),
        One("pow scalar", x => x.pow(3)), One("scalar operators", x => 2.0 - x * 3L + 1f / (x + 5) + (1 - x) / 2 + 2 * x - x % 7.5, 0.1, 1),
        Two("atan2", (a, b) => a.atan2(b), 0.2, 2), Two("logaddexp", (a, b) => a.logaddexp(b)),
        Two("maximum", (a, b) => a.maximum(b + 0.01)), Two("minimum", (a, b) => a.minimum(b + 0.01)),
        One("clamp", x => x.clamp(-3, 3)), One("clamp above", x => x.clamp(max: -3) * x), One("clip", x => x.clip(-3, 3)),
        One("clamp_min", x => x.clamp_min(-3)), One("clamp_max", x => x.clamp_max(3)),
        Two("clamp tensors", (a, b) => a.clamp(b - 3, b + 3)),
        Many("addcmul", x => x[0].addcmul(x[1], x[2], 1.5), M, M, M), Many("addcdiv", x => x[0].addcdiv(x[1], x[2] + 3, 1.5), M, M, M),
        Many("lerp", x => x[0].lerp(x[1], x[2]), M, M, M), Two("where", (a, b) => a.where(Mask, b)), Two("dist", (a, b) => a.dist(b + 3)),
        Two("in place", (a, b) => (a * 1).mul_(b).add_(a).sub_(b).exp_()), Two("copy", (a, b) => (a * 1).copy_(b).mul(a)),

        // reductions and orders
        One("sum", x => x.sum()), One("sum dim", x => x.sum(1)), One("sum dims", x => x.sum([0, 1], keepdim: true)),
        One("mean", x => x.mean()),
        One("mean dims", x => x.mean([0], true)), One("nansum", x => x.nansum()), One("prod", x => x.prod()),
        One("prod dim", x => x.prod(1)),
        One("var", x => x.var()), One("var dims", x => x.var(1, unbiased: false)), One("std", x => x.std()),
        One("std dims", x => x.std([0])),
        One("var_mean", x => Both(x.var_mean())), One("std_mean", x => Both(x.std_mean())), One("max", x => x.max()),
        One("max dim", x => x.max(1).values),
        One("min", x => x.min()), One("min dim", x => x.min(0).values), One("amax", x => x.amax(0)), One("amin", x => x.amin([1], true)),
        One("median", x => x.median()), One("quantile", x => x.quantile(tensor(0.3))), One("norm", x => x.norm()),
        One("norm dim", x => x.norm(1, p: 3)),
        One("logsumexp", x => x.logsumexp(1)), One("cumsum", x => x.cumsum(1)), One("cumprod", x => x.cumprod(0)),
        One("logcumsumexp", x => x.logcumsumexp(1)),
        One("diff", x => x.diff()), One("sort", x => x.sort(1, true).Values), One("topk", x => x.topk(2).values),
        One("kthvalue", x => x.kthvalue(2, 1).values),
        One("softmax", x => x.softmax(1)), One("log_softmax", x => x.log_softmax(0)),

        // shapes
        One("view", x => x.view(3, 2)), One("view_as", x => x.view_as(zeros(6))), One("reshape", x => x.t().reshape(-1)),
        One("ravel", x => x.ravel()),
        One("flatten", x => x.flatten()), One("unflatten", x => x.flatten().unflatten(0, 3, 2)), One("expand", x => x.expand(4, 2, 3)),
        One("expand_as", x => x.expand_as(zeros(2, 2, 3))), One("broadcast_to", x => x.broadcast_to(2, 2, 3)),
        One("permute", x => x.permute(1, 0)),
        One("transpose", x => x.transpose(0, 1)), One("swapaxes", x => x.swapaxes(0, 1)), One("swapdims", x => x.swapdims(0, 1)),
        One("t", x => x.t()),
        One("T", x => x.T * x.mT), One("movedim", x => x.movedim([0], [1])), One("moveaxis", x => x.moveaxis([0], [1])),
        One("squeeze", x => x.unsqueeze(1).squeeze()), One("unsqueeze", x => x.unsqueeze(-1)), One("unfold", x => x.unfold(1, 2, 1)),
        One("select", x => x.select(1, 2)), One("slice", x => x.slice(1, 0, 3, 2)), One("narrow", x => x.narrow(1, 1, 2)),
        One("diagonal", x => linalg.diagonal(x)),
        One("as_strided", x => x.as_strided([2, 2], [1, 2], 1)), One("chunk", x => x.chunk(2, 1)[1]),
        One("split", x => x.split([1, 2], 1)[1]),
        One("tensor_split", x => x.tensor_split(2, 1)[0]), One("unbind", x => x.unbind(1)[2]), One("flip", x => x.flip(1)),
        One("roll", x => x.roll(1, 1)),
        One("repeat", x => x.repeat(2, 2)), One("tile", x => x.tile([2])), One("repeat_interleave", x => x.repeat_interleave(2, 1)),
        One("tril", x => x.tril()), One("triu", x => x.triu(1)), One("diag", x => x.diag()), One("diag_embed", x => x.diag_embed()),
        Two("cat", (a, b) => cat([a, b, a], 1)), Two("stack", (a, b) => stack([a, b], 1)), Two("hstack", (a, b) => hstack(a, b)),
        Two("vstack", (a, b) => vstack([a, b])),
        Two("meshgrid", (a, b) => meshgrid([a.flatten(), b.flatten()]) is var g ? g[0] * g[1] : a),
        Two("broadcast_tensors", (a, b) => broadcast_tensors(a, b.unsqueeze(1)) is var g ? g[0] * g[1] : a),
        One("pad", x => F.pad(x, [1, 2], value: 3)), One("pad reflect", x => F.pad(x.unsqueeze(0), [1, 1], PaddingModes.Reflect)),

        // choosing elements
        One("index", x => x[TI.Colon, TI.Tensor(Places)]), One("index slices", x => x[TI.Ellipsis, TI.Slice(0, 3, 2), TI.None]),
        One("index numbers", x => x[1, 2]),
        Two("index_put", (a, b) => (a * 1).index_put_(b[0], TI.Single(1))), One("index_select", x => x.index_select(1, Places)),
        Two("index_add", (a, b) => a.index_add(1, Places, b, 2)),
        Two("index_copy", (a, b) => a.index_copy(1, tensor(new long[] { 2, 0, 1 }), b)),
        One("index_fill", x => x.index_fill(1, Places, 3)), One("gather", x => x.gather(1, Grid)), One("take", x => x.take(Grid)),
        One("take_along_dim", x => x.take_along_dim(Grid, 1)),
        Two("scatter", (a, b) => a.scatter(1, tensor(new long[,] { { 0, 2, 1 }, { 1, 2, 0 } }), b)),
        Two("scatter_add", (a, b) => a.scatter_add(1, Grid, b)), One("masked_select", x => x.masked_select(Mask)),
        One("masked_fill", x => x.masked_fill(Mask, 2)),

        // products
        Many("matmul", x => x[0].matmul(x[1]), [2, 3, 4], [4, 2]), Many("mm", x => x[0].mm(x[1]), M, [3, 4]),
        Many("bmm", x => x[0].bmm(x[1]), [2, 2, 3], [2, 3, 2]),
        Many("mv", x => x[0].mv(x[1]), M, [3]), Many("dot", x => x[0].dot(x[1]), [3], [3]), Many("outer", x => x[0].outer(x[1]), [2], [3]),
        Two("inner", (a, b) => a.inner(b)), Two("kron", (a, b) => a.kron(b)),
        Many("addmm", x => x[0].addmm(x[1], x[2], 0.5f, 2), [2, 2], M, [3, 2]),
        Many("addmv", x => x[0].addmv(x[1], x[2], 0.5f, 2), [2], M, [3]),
        Many("baddbmm", x => x[0].baddbmm(x[1], x[2], 0.5f, 2), [2, 2, 2], [2, 2, 3], [2, 3, 2]),
        Many("tensordot", x => x[0].tensordot(x[1], [1], [0]), M, [3, 2]), Many("einsum", x => einsum("ij,jk->ki", x[0], x[1]), M, [3, 2]),
        One("trace", x => x.matmul(x.t()).trace()), One("matrix_power", x => x.matmul(x.t()).matrix_power(3)),

        // linear algebra, on A + 3·I or A·Aᵀ + I
        Square("cholesky", x => linalg.cholesky(Positive(x))), Square("cholesky method", x => Positive(x).cholesky(true)),
        Square("cholesky_ex", x => linalg.cholesky_ex(Positive(x)).L),
        Square("cholesky_inverse", x => linalg.cholesky(Positive(x)).cholesky_inverse()),
        Squares("cholesky_solve", (a, b) => b.cholesky_solve(linalg.cholesky(Positive(a)))), Square("inv", x => linalg.inv(Regular(x))),
        Square("inverse", x => Regular(x).inverse()), Square("pinv", x => linalg.pinv(Regular(x))),
        Square("det", x => linalg.det(Regular(x))),
        Square("slogdet", x => linalg.slogdet(Regular(x)).Item2), Square("qr", x => Both(linalg.qr(Regular(x)))),
        Square("svd", x => linalg.svd(Spread(x)).S),
        Square("svd vectors", x => linalg.svd(Spread(x), false) is var (u, s, vh) ? u.abs().matmul(s.diag()).matmul(vh.abs()) : x),
        Square("svdvals", x => linalg.svdvals(Spread(x))), Square("eigvalsh", x => linalg.eigvalsh(Spread(x) + Spread(x).t())),
        Square("eigh", x => Both(linalg.eigh(Spread(x) + Spread(x).t()), absolute: true)),
        Squares("solve", (a, b) => linalg.solve(Regular(a), b)), Square("lu_factor", x => linalg.lu_factor(Regular(x)).LU),
        Squares("lu_solve", (a, b) => linalg.lu_factor(Regular(a)) is var (lu, pivots) ? linalg.lu_solve(lu, pivots, b) : b),
        Squares("solve_triangular", (a, b) => linalg.solve_triangular(Regular(a).triu(), b, upper: true)),
        Square("cond", x => linalg.cond(Spread(x))),
        Square("householder_product", x => Reflectors(x) is var (a, tau) ? linalg.householder_product(a, tau) : x),
        Square("matrix_norm", x => linalg.matrix_norm(x) + linalg.matrix_norm(Spread(x), 2) + linalg.matrix_norm(Spread(x), "nuc")),
        Square("norm linalg", x => linalg.norm(x) + linalg.norm(x, 3.0, [0]) + linalg.norm(Spread(x), "nuc")),

        // layers and losses
        Many("linear", x => F.linear(x[0], x[1], x[2]), [2, 2, 3], [4, 3], [4]), Many("embedding", x => F.embedding(x[0], Classes), [3, 4]),
        Many("layer_norm", x => F.layer_norm(x[0], [3], x[1], x[2]), M, [3], [3]),
        Many("cosine_similarity", x => F.cosine_similarity(x[0], x[1]), M, M),
        One("dropout", x => F.dropout(x, training: false)),
        Attention("scaled_dot_product_attention", null, false), Attention("scaled_dot_product_attention causal", null, true),
        Attention("scaled_dot_product_attention mask", tensor(new[,] { { 0.5, -1, 0 }, { 0, 2, -3 } }).DetachFromDisposeScope(), false),
        One("cross_entropy", x => F.cross_entropy(x, Classes)),
        One("cross_entropy smoothed", x => F.cross_entropy(x, Classes, label_smoothing: 0.2, reduction: nn.Reduction.Sum)),
        One("cross_entropy probabilities", x => F.cross_entropy(x, Targets)), One("nll_loss", x => F.nll_loss(x.log_softmax(1), Classes)),
        Two("mse_loss", (a, b) => F.mse_loss(a, b)), Two("l1_loss", (a, b) => F.l1_loss(a, b + 5, nn.Reduction.None)),
        Two("smooth_l1_loss", (a, b) => F.smooth_l1_loss(a, b)),
        Two("huber_loss", (a, b) => F.huber_loss(a, b, 0.7)), Two("kl_div", (a, b) => F.kl_div(a.log_softmax(1), b.log_softmax(1))),
        One("binary_cross_entropy", x => F.binary_cross_entropy(x, Targets), 0.2, 0.8),
        One("binary_cross_entropy_with_logits", x => F.binary_cross_entropy_with_logits(x, Targets)),
        One("to", x => x.to(ScalarType.Float64, copy: true)),
    ];

    /// <summary>
    /// Operations that give no derivative: what they return is an integer, a boolean, a copy of no input, or has none in libtorch.
    /// </summary>
    internal static readonly HashSet<string> NotDifferentiable =
    [
        "ceil", "floor", "round", "trunc", "sign", "floor_divide", "logical_not", "logical_and", "logical_or", "logical_xor",
        "bitwise_not", "bitwise_and", "bitwise_or", "bitwise_xor", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isclose",
        "eq", "ne", "lt", "le", "gt", "ge", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
        "all", "any", "count_nonzero", "argmax", "argmin", "argsort", "unique", "unique_consecutive", "bincount", "histc", "bucketize",
        "nonzero", "argwhere", "one_hot", "matrix_rank", "bernoulli", "multinomial", "detach", "geqrf", "ormqr",
        "empty_like", "zeros_like", "ones_like", "full_like", "rand_like", "randn_like", "randint_like",
        "new_empty", "new_zeros", "new_ones", "new_full", "Load", "UnsafeCreateTensor",
        "DetachFromDisposeScope", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "with_requires_grad",
        // conversions, which "to" stands for
        "to_type", "type", "type_as", "cpu", "cuda", "bool", "byte", "char", "short", "int", "long", "half", "bfloat16", "float", "double",
    ];

    private static GradientCase One(string name, Func<Tensor, Tensor> function, double low = -2, double high = 2) =>
        new(name, x => function(x[0]), low, high, [M]);

    private static GradientCase Two(string name, Func<Tensor, Tensor, Tensor> function, double low = -1, double high = 1) =>
        new(name, x => function(x[0], x[1]), low, high, [M, M]);

    private static GradientCase Many(string name, Func<Tensor[], Tensor> function, params long[][] shapes) =>
        new(name, function, -1, 1, shapes);

    private static GradientCase Square(string name, Func<Tensor, Tensor> function) => new(name, x => function(x[0]), -1, 1, [[3, 3]]);

    private static GradientCase Squares(string name, Func<Tensor, Tensor, Tensor> function) =>
        new(name, x => function(x[0], x[1]), -1, 1, [[3, 3], [3, 3]]);

    private static GradientCase Attention(string name, Tensor? mask, bool causal) =>
        new(name, x => F.scaled_dot_product_attention(x[0], x[1], x[2], mask, is_casual: causal), -1, 1, [[2, 2, 2, 4], [2, 2, 3, 4], [2, 2, 3, 4]]);

    private static Tensor Positive(Tensor x) => x.matmul(x.mT) + eye(3, dtype: ScalarType.Float64);

    private static Tensor Regular(Tensor x) => x + 3 * eye(3, dtype: ScalarType.Float64);

    // Singular values and eigenvalues well apart, so that their vectors have derivatives.
    private static Tensor Spread(Tensor x) => x * 0.3 + tensor(new[] { 1.0, 3, 6 }).diag();

    private static (Tensor, Tensor) Reflectors(Tensor x) => (x.tril(-1), 2 / (1 + x.tril(-1).square().sum(0L)));

    private static Tensor Both((Tensor, Tensor) pair, bool absolute = false) =>
        absolute ? cat([pair.Item1.flatten(), pair.Item2.abs().flatten()]) : cat([pair.Item1.flatten(), pair.Item2.flatten()]);
}
